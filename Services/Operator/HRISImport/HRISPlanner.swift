import EventLog
import Models
import Postgres

/// Compares a file with what earlier files of its source said. Memory does not depend on how many rows it has: they are
/// sorted in a temporary table, looked at person by person, and what is to be sent waits in files.
struct HRISPlanner {
    /// What an import would do.
    struct Plan {
        let report: ImportReport
        /// New assignments as NDJSON; to be sent first.
        let events: SpoolFile
        /// To be sent after `events`.
        let retractions: SpoolFile
    }

    let rule: HRISRule
    /// Take a snapshot that loses more than a tenth of the people.
    var allowLeavers = false
    /// When the retractions happen.
    let now: Instant
    /// What "current" means in the report.
    let today: Day
    /// Report every finding, not the first of each kind alone.
    var isComplete = false

    /// - Parameter connection: The owner's, outside a transaction.
    /// - Throws: ``HRISImportError`` where nothing may be sent; ``PostgresError``, ``LogError``, ``CommandFailure``. Rows
    ///   that can't be read are in the report, and their people are left as they are.
    func plan(_ file: HRISFile, over connection: Connection, organization: OrganizationID) async throws -> Plan {
        try await connection.transaction(isolation: .repeatableRead) { connection in
            let work = Work(planner: self, rules: file.rules, report: ImportReport(isComplete: isComplete))
            let staged = try await HRISStage.fill(from: file, over: connection, today: today) { bad in
                try work.report.note(.badRow, row: bad.row, person: bad.person, bad.detail)
            }
            work.report.rows = staged.rows
            work.report.ignoredColumns = file.ignoredColumns
            try await staged.stage.open()
            var people = HRISPeople(
                staged.stage, earlier: SourceAssignments(connection, of: rule.source, organization: organization))
            while let person = try await people.next() { try work.take(person) }
            try await work.report.inspectCycles(staged.stage)
            return try work.plan()
        }
    }
}

/// A plan in the making.
private final class Work {
    let planner: HRISPlanner
    private let rules: MinimisationRules
    var report: ImportReport
    private let events = SpoolFile()
    private let retractions = SpoolFile()
    /// How many people there were before.
    private var before = 0

    init(planner: HRISPlanner, rules: MinimisationRules, report: ImportReport) {
        self.planner = planner
        self.rules = rules
        self.report = report
        self.report.mode = planner.rule.mode
    }

    func take(_ person: HRISPerson) throws {
        try report.inspect(person)
        let outcome = planner.rule.outcome(of: person)
        // A leave repeats what an earlier file said, under the rules of its day.
        for event in outcome.events { try events.append(event, minimising: rules) }
        for identity in outcome.retracted {
            try retractions.append(HRISRule.retraction(of: identity, at: planner.now), minimising: rules)
        }
        report.newEvents += outcome.events.count
        report.unchangedEvents += outcome.unchanged
        report.retractions += outcome.retracted.count
        if outcome.wasThere { before += 1 }
        if outcome.isLost { report.lost += 1 }
    }

    func plan() throws(HRISImportError) -> HRISPlanner.Plan {
        guard planner.allowLeavers || report.lost * 10 <= before else {
            throw .tooManyLeavers(lost: report.lost, people: before)
        }
        return HRISPlanner.Plan(report: report, events: events, retractions: retractions)
    }
}

extension SpoolFile {
    fileprivate func append(_ event: Event, minimising rules: MinimisationRules) throws(CommandFailure) {
        var line: [UInt8] = []
        event.structured(minimising: rules).write(into: &line)
        line.append(UInt8(ascii: "\n"))
        try append(line)
    }
}
