internal import ArgumentParser
internal import Ledger
internal import Models
internal import Postgres

/// Computes scores from the facts and what scoring has not read yet, or from the log itself, so that they are complete
/// whatever scoring has done yet.
struct ScoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "score", abstract: "Everybody's scores of a day, computed from the events.")

    @Option(help: ArgumentHelp("The scored UTC day; default: today by the database's clock.", valueName: "yyyy-mm-dd"))
    var asOf: DayArgument?
    @Option(
        help: ArgumentHelp(
            "Only what Onus had recorded by then, at least a minute ago.", valueName: "rfc3339"))
    var knownAt: InstantArgument?
    @Option(help: ArgumentHelp("Only this manager.", valueName: "person"))
    var manager: PersonArgument?
    @Option(help: ArgumentHelp("The policy's version; default: the one in force on the day.", valueName: "version"))
    var policy: Int?
    @Option(help: "table, or json.")
    var format = ResultFormat.table
    @Option(help: ArgumentHelp("In a table only so many of the highest and of the lowest.", valueName: "n"))
    var top: Int?
    @OptionGroup var organization: OrganizationOptions

    func validate() throws {
        if let top, top < 1 { throw ValidationError("top: expected at least 1, got \(top)") }
    }

    func run() async throws {
        try await withLedgerFailures {
            try await organization.withOrganization { connection, id in
                let (report, names) = try await scores(id, connection)
                show(wanted(report), names)
            }
        }
    }

    private func scores(
        _ id: OrganizationID, _ connection: Connection
    ) async throws -> (ScoreReport, PersonNames) {
        try await organization.fromFacts(id, connection) { bulk in
            try await bulk.scores(asOf: asOf?.day, knownAt: knownAt?.instant, policy: policy, naming: named)
        } orFromLog: {
            let evaluation = try await LogEvaluation.load(id, knownAt: knownAt?.instant, from: connection)
            let day = asOf?.day ?? evaluation.today
            let report = evaluation.report(asOf: day, policy: try evaluation.policy(on: day, version: policy))
            return (report, format == .table ? evaluation.names(on: day) : .none)
        }
    }

    private func wanted(_ report: ScoreReport) -> ScoreReport {
        manager.map { report.only($0.person) } ?? report
    }

    /// The managers whose names are shown.
    private func named(_ report: ScoreReport) -> [PersonID] {
        format == .table ? ScoreTable(report: wanted(report), top: top).shown : []
    }

    private func show(_ report: ScoreReport, _ names: PersonNames) {
        switch format {
        case .json:
            report.write { Terminal.result(bytes: $0) }
            Terminal.result("")
        case .table: Terminal.result(ScoreTable(report: report, top: top, names: names).text)
        }
    }
}

extension ScoreReport {
    /// The row of one manager; none where no measure applies to them.
    fileprivate func only(_ manager: PersonID) -> ScoreReport {
        ScoreReport(
            asOf: asOf, policyVersion: policyVersion, managers: managers.filter { $0.key == manager }, programmes: [:])
    }
}
