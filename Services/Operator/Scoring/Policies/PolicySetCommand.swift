internal import ArgumentParser
internal import Ledger

/// Stores a policy.
struct PolicySetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Store a new version, valid from a day to come; prints its number.",
        discussion: "Members that the file leaves out keep the standard policy's values; its version is passed over.")

    @Argument(help: ArgumentHelp("The policy as JSON; - reads standard input.", valueName: "file"))
    var file: String
    @Option(help: ArgumentHelp("The first scored day it holds for, tomorrow or later.", valueName: "yyyy-mm-dd"))
    var validFrom: DayArgument
    @OptionGroup var organization: OrganizationOptions

    func run() async throws {
        let policy = try PolicyFile(path: file).policy()
        try await withLedgerFailures {
            try await organization.withOrganization { connection, id in
                let version = try await PolicyBook.add(
                    policy, validFrom: validFrom.day, organization: id, on: connection)
                Terminal.result("\(version)")
            }
        }
    }
}
