internal import ArgumentParser
internal import Ledger
internal import Models
internal import Postgres

/// Shows what a manager's score rests on.
struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Every trial of every measure of one manager, with its events.",
        discussion: """
            "moves" is the trial's influence: the score minus the score without it. What is pending shows what it \
            would do if it is met, and if it is missed. What would raise the score most is found by adding each step \
            to the events and scoring again: for the day itself, and for the last day that a session of it covers.
            """)

    @Option(help: ArgumentHelp("Whose score.", valueName: "person"))
    var manager: PersonArgument
    @Option(help: ArgumentHelp("The scored UTC day; default: today by the database's clock.", valueName: "yyyy-mm-dd"))
    var asOf: DayArgument?
    @Option(help: ArgumentHelp("Also what changed since this day.", valueName: "yyyy-mm-dd"))
    var since: DayArgument?
    @Option(
        help: ArgumentHelp(
            "Only what Onus had recorded by then, at least a minute ago.", valueName: "rfc3339"))
    var knownAt: InstantArgument?
    @Option(help: ArgumentHelp("The policy's version; default: the one in force on the day.", valueName: "version"))
    var policy: Int?
    @Option(help: "table, or json.")
    var format = ResultFormat.table
    @OptionGroup var organization: OrganizationOptions

    func run() async throws {
        try await withLedgerFailures {
            try await organization.withOrganization { connection, id in
                let explanation = try await explanation(id, connection)
                switch format {
                case .json: Terminal.result(explanation.json.serialized)
                case .table: Terminal.result(ExplanationText(explanation: explanation).text)
                }
            }
        }
    }

    private func explanation(_ id: OrganizationID, _ connection: Connection) async throws -> Explanation {
        try await organization.fromFacts(id, connection) { bulk in
            try await bulk.explanation(
                of: manager.person, asOf: asOf?.day, knownAt: knownAt?.instant, policy: policy, since: since?.day)
        } orFromLog: {
            let evaluation = try await LogEvaluation.load(id, knownAt: knownAt?.instant, from: connection)
            let day = asOf?.day ?? evaluation.today
            return evaluation.explanation(
                of: manager.person, asOf: day, policy: try evaluation.policy(on: day, version: policy),
                since: since?.day)
        }
    }
}
