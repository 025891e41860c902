internal import ArgumentParser
internal import Ledger
internal import Models

/// Shows what differs between two days, two policies, or two states of knowledge.
struct CompareCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare", abstract: "Whose score differs between two days or two policies, and by which trials.",
        discussion: """
            A trial's share is its part of the score's change; the shares, and that of the other constants where the \
            policies differ, add up to the change. Trials are listed for the --limit greatest changes, or for --manager.
            """)

    @Option(help: ArgumentHelp("The first scored day.", valueName: "yyyy-mm-dd"))
    var from: DayArgument
    @Option(help: ArgumentHelp("The second; default: today by the database's clock.", valueName: "yyyy-mm-dd"))
    var to: DayArgument?
    @Option(help: ArgumentHelp("Only this manager.", valueName: "person"))
    var manager: PersonArgument?
    @Option(help: ArgumentHelp("The first day's policy; default: the one in force on it.", valueName: "version"))
    var fromPolicy: Int?
    @Option(help: ArgumentHelp("The second day's policy; default: the one in force on it.", valueName: "version"))
    var toPolicy: Int?
    @Option(help: ArgumentHelp("The first with only what Onus had recorded by then.", valueName: "rfc3339"))
    var fromKnownAt: InstantArgument?
    @Option(help: ArgumentHelp("The second with only what Onus had recorded by then.", valueName: "rfc3339"))
    var toKnownAt: InstantArgument?
    @OptionGroup var output: ComparisonOptions
    @OptionGroup var organization: OrganizationOptions

    func run() async throws {
        try await withLedgerFailures {
            try await organization.withOrganization { connection, id in
                let second = try await LogEvaluation.load(id, knownAt: toKnownAt?.instant, from: connection)
                let first =
                    fromKnownAt?.instant == toKnownAt?.instant
                    ? second : try await LogEvaluation.load(id, knownAt: fromKnownAt?.instant, from: connection)
                let day = to?.day ?? second.today
                let comparison = Comparison(
                    first.events, second.events,
                    from: Comparison.Side(
                        day: from.day, policy: try first.policy(on: from.day, version: fromPolicy)),
                    to: Comparison.Side(day: day, policy: try second.policy(on: day, version: toPolicy)),
                    manager: manager?.person, details: output.limit)
                output.show(comparison, isWhole: manager != nil)
            }
        }
    }
}
