internal import ArgumentParser
internal import Ledger
internal import Models
internal import Postgres

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
                let comparison = try await comparison(id, connection)
                output.show(comparison, isWhole: manager != nil)
            }
        }
    }

    private func comparison(_ id: OrganizationID, _ connection: Connection) async throws -> Comparison {
        let (first, second) = (fromKnownAt?.instant, toKnownAt?.instant)
        return try await organization.fromFacts(id, connection) { bulk in
            try await bulk.comparison(
                knownAt: (first, second), manager: manager?.person, details: output.limit, sides)
        } orFromLog: {
            let after = try await LogEvaluation.load(id, knownAt: second, from: connection)
            let before =
                first == second ? after : try await LogEvaluation.load(id, knownAt: first, from: connection)
            let (from, to) = try sides(after.policies, after.today)
            return Comparison(
                before.events, after.events, from: from, to: to, manager: manager?.person, details: output.limit)
        }
    }

    private func sides(
        _ policies: PolicyBook, _ today: Day
    ) throws -> (from: Comparison.Side, to: Comparison.Side) {
        let day = to?.day ?? today
        return (
            Comparison.Side(day: from.day, policy: try policies.policy(on: from.day, version: fromPolicy)),
            Comparison.Side(day: day, policy: try policies.policy(on: day, version: toPolicy))
        )
    }
}
