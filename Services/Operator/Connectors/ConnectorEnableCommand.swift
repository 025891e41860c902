internal import ArgumentParser
internal import Connectors
internal import Models
internal import Postgres
internal import Schema

struct ConnectorEnableCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enable",
        abstract: "Set up a hook, or change one, and print the path that its vendor posts to.",
        discussion: """
            Secrets are named, not given: ingestion reads them from the file of that name in ONUS_CONNECTOR_SECRETS, or \
            from the variable ONUS_SECRET_ and the name in capitals.
            """)

    @Argument(help: "The hook's name, the last part of its address: lower-case letters, digits and hyphens.")
    var name: String
    @Option(help: "The connector that reads its calls; default: the hook's name.") var connector: String?
    @Option(help: "The name of the secret that calls are verified with.") var secret: String?
    @Option(help: "The name of the secret that polls show to the vendor.") var apiSecret: String?
    @Option(help: "What its events may be: integration, or lms for training and learning alone.")
    var role = TokenRole.integration
    @Option(help: ArgumentHelp("A setting of the connector; may be given several times.", valueName: "name=value"))
    var set: [String] = []
    @Flag(help: "Ask the vendor regularly.") var poll = false
    @Option(help: ArgumentHelp("Begin polling from here, such as 2026-01-01T00:00:00Z.", valueName: "cursor"))
    var from: String?
    @Option(help: "The folder of connectors; default: ONUS_CONNECTORS, else deploy/connectors.") var connectors: String?
    @OptionGroup var organization: OrganizationOptions

    func run() async throws {
        guard Slug.isValid(name) else {
            throw CommandFailure.usage(
                "the name: expected up to 63 lower-case letters, digits and hyphens, got \(name)")
        }
        guard role == .integration || role == .lms else {
            throw CommandFailure.usage("--role: expected integration or lms, got \(role.rawValue)")
        }
        let setup = Hooks.Setup(
            connector: connector ?? name, role: role, secret: secret, apiSecret: apiSecret,
            settings: try ConnectorFiles.pairs(set), polls: poll, cursor: from)
        let isPosted = try check(setup)
        try await organization.withOrganization { connection, id in
            do {
                try await Hooks(connection, id).enable(name, setup)
            } catch let error as PostgresError where error.sqlState == .uniqueViolation {
                throw CommandFailure.negative("\(name): another organisation has a hook of this name")
            } catch let error as PostgresError where error.sqlState == .checkViolation {
                throw CommandFailure.usage(
                    "--secret, --api-secret: expected names of letters, digits, hyphens, full stops and underscores")
            }
        }
        Terminal.result(isPosted ? "/v1/hooks/\(name)" : name)
    }

    /// Compares with the connector, where its file is at hand.
    ///
    /// - Returns: Whether something can be posted to the hook.
    private func check(_ setup: Hooks.Setup) throws(CommandFailure) -> Bool {
        guard let folder = ConnectorFiles.folder(connectors) else {
            Terminal.note("no folder of connectors is at hand: the set-up is not checked against it")
            return true
        }
        let connector: Connector?
        do throws(UnreadableConnectors) {
            connector = try ConnectorFolder.connectors(in: folder)[setup.connector]
        } catch {
            throw .negative("\(error)")
        }
        guard let connector else { throw .usage("--connector: expected one of \(folder), got \(setup.connector)") }
        do throws(InvalidValue) {
            _ = try connector.settings(setup.settings)
        } catch {
            throw .usage("--set: \(error)")
        }
        if setup.polls, connector.poll == nil { throw .usage("--poll: the connector \(connector.name) does not poll") }
        switch connector.verification {
        case nil:
            guard setup.polls else { throw .usage("expected --poll: nothing can be posted to \(connector.name)") }
            return false
        case .token: return true
        default:
            guard setup.secret != nil || setup.polls else {
                throw .usage("expected --secret: calls for \(connector.name) are verified with one")
            }
            return setup.secret != nil
        }
    }
}
