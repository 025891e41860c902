internal import ArgumentParser
internal import Models
internal import Postgres
internal import Schema

struct TokenRotateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Make a new token in place of one, and print it; the old one goes on for the overlap.",
        discussion: "The new one has the same name, role and rate, and as long a life as the old one was given.")

    @Argument(help: ArgumentHelp("The name it was made with, or its id.", valueName: "name|id"))
    var token: String
    @Option(help: ArgumentHelp("How long the old one goes on: \(TimeSpan.form).", valueName: "duration"))
    var overlap: TimeSpan
    @Option(
        help: ArgumentHelp("When the new one ends: a day, an instant, or how long from now.", valueName: "day|duration")
    )
    var expires: TokenExpiry?
    @OptionGroup var organization: OrganizationOptions

    func run() async throws {
        let secret = try await organization.withOrganization { connection, id in
            try await connection.requireFuture(expires)
            return try await Tokens(connection).rotate(
                token, organization: id, overlap: overlap.duration, expires: expires)
        }
        guard let secret else {
            throw CommandFailure.negative(
                "no valid token has the name or id \(token), or tokens of several roles share the name: give an id")
        }
        Terminal.result(secret.value)
    }
}

extension Connection {
    /// - Throws: ``CommandFailure`` 64 where a token would end before it begins, by the database's clock.
    func requireFuture(_ expiry: TokenExpiry?) async throws {
        guard case .at(let instant)? = expiry else { return }
        let now = try await query("SELECT now()").only().timestamptz(0).microsecondsSince1970
        guard instant.microseconds > now else {
            throw CommandFailure.usage("--expires: expected a time to come, got \(instant)")
        }
    }
}
