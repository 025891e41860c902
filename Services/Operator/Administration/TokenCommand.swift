internal import ArgumentParser
internal import Models
internal import Postgres
internal import Schema

extension TokenRole: ExpressibleByArgument {}

struct TokenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Make, list, check, rotate and revoke the tokens that callers present.",
        subcommands: [Create.self, List.self, Check.self, TokenRotateCommand.self, Revoke.self])

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a token and print it; it can't be shown again, as only its hash is kept.")

        @Option(help: "What it is for; 1 to 100 characters.") var name: String
        @Option(help: "What its bearer may do.") var role: TokenRole
        @Option(
            help: ArgumentHelp(
                "Refused from then on: a day or an instant (UTC), or how long from now, such as 90d.",
                valueName: "day|duration"))
        var expires: TokenExpiry?
        @Option(
            help: ArgumentHelp(
                "How much it may send to each replica before it is answered 429.", valueName: "events-per-second"))
        var rate: Int?
        @OptionGroup var organization: OrganizationOptions

        func validate() throws {
            if let rate, !Tokens.rates.contains(rate) {
                throw ValidationError("--rate: expected 1 to \(Tokens.rates.upperBound) events a second, got \(rate)")
            }
        }

        func run() async throws {
            let secret = try await organization.withOrganization { connection, id in
                try await connection.requireFuture(expires)
                do {
                    return try await Tokens(connection).create(
                        name: name, role: role, organization: id, expires: expires ?? .never, rate: rate)
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
            var table = TextTable(["name", "role", "state", "rate", "created", "expires", "last used", "id"])
            for record in records {
                let instants = [record.created, record.expires, record.lastUsed].map { $0?.description ?? "-" }
                table.add(
                    [record.name, record.role.rawValue, record.state.rawValue, record.rate.map(String.init) ?? "-"]
                        + instants + ["\(record.id)"])
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
            abstract: "Revoke every token of a name, or one by its id; services refuse them within a second.")

        @Argument(help: ArgumentHelp("The name they were made with, or an id of the list.", valueName: "name|id"))
        var token: String
        @OptionGroup var organization: OrganizationOptions

        func run() async throws {
            let count = try await organization.withOrganization { connection, id in
                try await Tokens(connection).revoke(token, organization: id)
            }
            guard count > 0 else { throw CommandFailure.negative("no valid token has the name or id \(token)") }
            Terminal.result("\(count)")
        }
    }
}
