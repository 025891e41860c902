internal import ArgumentParser
internal import Ledger
internal import Models
internal import Postgres

/// Prints a policy.
struct PolicyShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Print a policy as JSON; without a version the one in force today.")

    @Argument(help: ArgumentHelp("The version.", valueName: "version"))
    var version: Int?
    @Option(help: ArgumentHelp("The one in force on this day.", valueName: "yyyy-mm-dd"))
    var on: DayArgument?
    @OptionGroup var organization: OrganizationOptions

    func validate() throws {
        if version != nil && on != nil { throw ValidationError("expected a version or --on, got both") }
    }

    func run() async throws {
        try await withLedgerFailures {
            try await organization.withOrganization { connection, id in
                let book = try await PolicyBook.load(id, from: connection)
                guard let version else {
                    let day = if let on { on.day } else { try await PolicyBook.today(connection) }
                    return Terminal.result(book.policy(on: day).json.serialized)
                }
                guard let policy = book.policy(version: version) else {
                    throw LedgerError.unknownPolicy(version: version)
                }
                Terminal.result(policy.json.serialized)
            }
        }
    }
}
