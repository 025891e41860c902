import Accountability
import EventLog
import Ledger
import Logging
import Models
import Postgres
import Support
import Synchronization
import Testing

/// A database of its own with an organisation that a worker scores, on a day that the test sets.
final class ScoredOrganization: Sendable {
    let database: TestDatabase
    let organization: OrganizationID
    private let day: Mutex<Day>

    private init(_ database: TestDatabase, _ organization: OrganizationID, _ day: Day) {
        self.database = database
        self.organization = organization
        self.day = Mutex(day)
    }

    static func with<Value>(
        today: Day, _ body: (ScoredOrganization) async throws -> Value
    ) async throws -> Value {
        try await TestDatabase.withMigrated { database in
            try await body(ScoredOrganization(database, .default, today))
        }
    }

    var today: Day {
        get { day.withLock { $0 } }
        set { day.withLock { $0 = newValue } }
    }

    /// Patient: beside other tests a process can be silent for long.
    var log: LogConsumer { LogConsumer(name: "scoring", pool: database.pool, patience: .seconds(60)) }

    /// A worker that remembers nothing, as after a start.
    func worker(
        batch: Int = 2_000, settleAfter: Duration = .seconds(10), bulk: Int = 100, quiet: Duration = .zero,
        slice: Int = 2_000
    ) -> ScoringWorker {
        var options = ScoringWorker.Options()
        options.batch = batch
        options.settleAfter = settleAfter
        options.bulk = bulk
        options.quiet = quiet
        options.slice = slice
        return ScoringWorker(
            pool: database.pool, log: log, clock: .fixed { self.today }, options: options,
            logger: TestEnvironment.logger)
    }

    /// Waits until somebody waits for an advisory lock: for that of the key, or for any.
    func waitUntilLockIsWanted(_ key: Int? = nil, location: SourceLocation = #_sourceLocation) async throws {
        let waiting = """
            pg_locks AS l JOIN pg_database AS d ON d.oid = l.database AND d.datname = current_database()
            WHERE l.locktype = 'advisory' AND NOT l.granted AND \(key.map { "l.objid = \($0)" } ?? "true")
            """
        let limit = ContinuousClock.now + .seconds(30)
        while try await count(waiting) == 0 {
            guard ContinuousClock.now < limit else {
                Issue.record(
                    "expected somebody to wait for a lock, found nobody in 30 seconds", sourceLocation: location)
                return
            }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    func append(_ events: [ValidatedEvent]) async throws {
        _ = try await EventAppender(pool: database.pool, wakeUp: nil).append(events, organization: organization)
    }

    func append(_ events: [Event]) async throws {
        try await append(events.map { ValidatedEvent($0) })
    }

    /// Adds another organisation to the database.
    func other(_ name: String = "other") async throws -> OrganizationID {
        OrganizationID(
            rawValue: try await database.pool.query(
                "INSERT INTO onus.organization (name) VALUES ($1) RETURNING id", [.text(name)]
            ).only().int4(0))
    }

    func append(_ events: [Event], to organization: OrganizationID) async throws {
        _ = try await EventAppender(pool: database.pool, wakeUp: nil)
            .append(events.map { ValidatedEvent($0) }, organization: organization)
    }

    /// Works until there is nothing to do; what all steps did.
    @discardableResult
    func drain(_ worker: ScoringWorker) async throws -> ScoringWorker.Work {
        var total = ScoringWorker.Work()
        for _ in 0..<10_000 {
            switch try await worker.step() {
            case .idle: return total
            case .standby: try await Task.sleep(for: .milliseconds(5))
            case .settling(let end): try await Task.sleep(until: end, clock: .continuous)
            case .worked(let work):
                total.events += work.events
                total.notices += work.notices
                total.parked += work.parked
            }
        }
        Issue.record("the worker does not come to rest")
        return total
    }

    /// The scores as stored, in the shape of the golden cases.
    func stored() async throws -> JSONValue {
        let managers = try await database.pool.query(
            "SELECT manager, level, score, low, high, status, measures::text FROM score.current WHERE organization_id = $1",
            [.int4(organization.rawValue)])
        var rows: [PersonID: ManagerScore] = [:]
        for row in managers {
            let manager = PersonID(unchecked: try row.text(0))
            rows[manager] = ManagerScore(
                manager: manager, level: try row.float8(1), score: try row.optionalFloat8(2),
                low: try row.optionalFloat8(3), high: try row.optionalFloat8(4),
                status: try #require(ManagerStatus(rawValue: try row.text(5))),
                measures: try #require(ManagerScore.measures(json: JSONParser.parse(try row.text(6)))))
        }
        let programmes = try await database.pool.query(
            """
            SELECT programme, delivered, changed, status, measures::text FROM score.programme_current
            WHERE organization_id = $1
            """,
            [.int4(organization.rawValue)])
        var programmeRows: [ProgrammeID: ProgrammeScore] = [:]
        for row in programmes {
            let programme = ProgrammeID(unchecked: try row.text(0))
            programmeRows[programme] = ProgrammeScore(
                programme: programme, delivered: Int(try row.int4(1)), changed: Int(try row.int4(2)),
                status: try #require(ProgrammeStatus(rawValue: try row.text(3))),
                measures: try #require(ProgrammeScore.measures(json: JSONParser.parse(try row.text(4)))))
        }
        return ScoreReport(asOf: today, managers: rows, programmes: programmeRows).json
    }

    /// Where what is stored differs from the scores of these events.
    func differences(from events: [ValidatedEvent]) async throws -> [String] {
        let report = Scoring.report(events: events.map(\.event), asOf: today, policy: .standard)
        return GoldenCase.differences(try await stored(), report.json)
    }

    func count(_ table: String) async throws -> Int {
        // Tables of the tests' own making only.
        try await database.pool.query("SELECT count(*) FROM \(table)").only().int(0)
    }

    func execute(_ sql: String) async throws {
        _ = try await database.pool.execute(sql)
    }
}
