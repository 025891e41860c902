internal import ArgumentParser
internal import Ledger
internal import Models
internal import Postgres

/// Shows what a policy would change before it is adopted.
struct PolicyDiffCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "Whose score another policy would change on one day, by how much and why.",
        discussion: """
            Changes nothing. The share of "policy" is what the other constants do to the score with the trials as they \
            are; the rest is by trials that enter, leave or change. Trials are listed for the --limit greatest changes, \
            or for --manager.
            """)

    @Option(help: ArgumentHelp("The scored UTC day; default: today by the database's clock.", valueName: "yyyy-mm-dd"))
    var asOf: DayArgument?
    @Option(help: ArgumentHelp("The policy now; default: the one in force on the day.", valueName: "version"))
    var from: Int?
    @Option(help: ArgumentHelp("The other, as stored.", valueName: "version"))
    var to: Int?
    @Option(help: ArgumentHelp("The other, as JSON in a file; - reads standard input.", valueName: "file"))
    var file: String?
    @Option(help: ArgumentHelp("Only this manager.", valueName: "person"))
    var manager: PersonArgument?
    @OptionGroup var output: ComparisonOptions
    @OptionGroup var organization: OrganizationOptions

    func validate() throws {
        if (to == nil) == (file == nil) { throw ValidationError("expected one of --to and --file") }
    }

    func run() async throws {
        let candidate = try file.map { path throws(CommandFailure) in try PolicyFile(path: path).policy() }
        try await withLedgerFailures {
            try await organization.withOrganization { connection, id in
                let comparison = try await comparison(id, connection, candidate)
                output.show(comparison, isWhole: manager != nil)
            }
        }
    }

    private func comparison(
        _ id: OrganizationID, _ connection: Connection, _ candidate: Policy?
    ) async throws -> Comparison {
        try await organization.fromFacts(id, connection) { bulk in
            try await bulk.comparison(manager: manager?.person, details: output.limit) { policies, today in
                try sides(policies, today, candidate)
            }
        } orFromLog: {
            let evaluation = try await LogEvaluation.load(id, from: connection)
            let (from, to) = try sides(evaluation.policies, evaluation.today, candidate)
            return Comparison(
                evaluation.events, evaluation.events, from: from, to: to, manager: manager?.person,
                details: output.limit)
        }
    }

    private func sides(
        _ policies: PolicyBook, _ today: Day, _ candidate: Policy?
    ) throws -> (from: Comparison.Side, to: Comparison.Side) {
        let day = asOf?.day ?? today
        var other = try candidate ?? policies.policy(on: day, version: to)
        if candidate != nil { other.version = policies.nextVersion }
        return (
            Comparison.Side(day: day, policy: try policies.policy(on: day, version: from)),
            Comparison.Side(day: day, policy: other)
        )
    }
}
