internal import ArgumentParser
internal import Models
internal import Postgres
internal import Schema

extension TokenRole: ExpressibleByArgument {}

struct TokenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Make, list, check and revoke the tokens that callers present.",
        subcommands: [Create.self, List.self, Check.self, Revoke.self])

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a token and print it; it can't be shown again, as only its hash is kept.")

        @Option(help: "What it is for; 1 to 100 characters.") var name: String
        @Option(help: "What its bearer may do.") var role: TokenRole
        @Option(help: ArgumentHelp("Refused from then on, such as 2027-01-31T00:00:00Z.", valueName: "instant"))
        var expires: String?
        @OptionGroup var organization: OrganizationOptions

        func run() async throws {
            let limit: Instant?
            do { limit = try expires.map { try Instant(rfc3339: $0) } } catch {
                throw CommandFailure.usage("--expires: \(error)")
            }
            let secret = try await organization.withOrganization { connection, id in
                do {
                    return try await Tokens(connection).create(name: name, role: role, organization: id, expires: limit)
                } catch let error as PostgresError where error.sqlState == .checkViolation {
                    throw CommandFailure.usage("--name: expected 1 to 100 characters, got \(name.count)")
                }
            }
            Terminal.result(secret.value)
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the tokens, without their secrets.")

        @OptionGroup var organization: OrganizationOptions

        func run() async throws {
            let records = try await organization.withOrganization { connection, id in
                try await Tokens(connection).list(organization: id)
            }
            var table = TextTable(["name", "role", "created", "expires", "revoked", "last used"])
            for record in records {
                let instants = [record.created, record.expires, record.revoked, record.lastUsed]
                table.add([record.name, record.role.rawValue] + instants.map { $0?.description ?? "-" })
            }
            Terminal.result(table.text)
        }
    }

    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Exit 0 where the token on standard input is valid in the organisation, else 1.")

        @Option(help: "The role that it must have.") var role: TokenRole?
        @OptionGroup var organization: OrganizationOptions

        func run() async throws {
            let secret = TokenSecret(Terminal.standardInput())
            let holder = try await organization.withOrganization { connection, id in
                try await Tokens(connection).authenticate(secret).flatMap { $0.organization == id ? $0 : nil }
            }
            guard let holder, role == nil || role == holder.role else {
                throw CommandFailure.negative("the token is not valid here")
            }
            Terminal.result("\(holder.name) \(holder.role.rawValue)")
        }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Revoke every token of a name; services refuse them within a second.")

        @Option(help: "The name they were made with.") var name: String
        @OptionGroup var organization: OrganizationOptions

        func run() async throws {
            let count = try await organization.withOrganization { connection, id in
                try await Tokens(connection).revoke(name: name, organization: id)
            }
            guard count > 0 else { throw CommandFailure.negative("no valid token has the name \(name)") }
            Terminal.result("\(count)")
        }
    }
}
