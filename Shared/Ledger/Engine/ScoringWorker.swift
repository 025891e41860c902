package import EventLog
package import Logging
import Models
package import Postgres
import Synchronization

/// Follows the log and keeps facts, sums, scores and notices in line with it.
///
/// One transaction takes a batch: the log's position, the facts, what they bear on and the notices are committed
/// together or not at all, so that a crash at any point costs work and never an effect. The lock of the position makes
/// one worker active at a time; what it remembers between transactions is checked against ``WriterStatements``.
package actor ScoringWorker {
    /// What one step came to.
    package enum Step: Sendable, Equatable {
        /// Another worker is active.
        case standby
        /// There was nothing to do.
        case idle
        /// Work was done, and there may be more.
        case worked(Work)
        /// Units wait to be computed until no more of a history comes, or at the latest until then.
        case settling(until: ContinuousClock.Instant)
    }

    /// What one step did.
    package struct Work: Sendable, Equatable {
        /// Events taken into the facts.
        package var events = 0
        /// Units computed; nil where everybody was.
        package var units: Int? = 0
        /// New notices.
        package var notices = 0
        /// Events set aside.
        package var parked = 0

        package init(events: Int = 0, units: Int? = 0, notices: Int = 0, parked: Int = 0) {
            self.events = events
            self.units = units
            self.notices = notices
            self.parked = parked
        }
    }

    let pool: PostgresPool
    let log: LogConsumer
    let clock: LedgerClock
    let options: Options
    let logger: Logger
    /// This worker's name in `score.writer`, new at each start.
    let name = UUIDBytes.random()

    var memory: HistoryCache
    /// The organisations whose units wait to be computed; nil until looked up.
    var marked: Set<OrganizationID>?
    /// The organisations whose scored day is behind, as last looked up.
    var due: [OrganizationID] = []
    /// Organisations whose turn or marks failed, until they are tried again.
    var postponed: [OrganizationID: ContinuousClock.Instant] = [:]
    private var dueLookedUp: ContinuousClock.Instant?
    private var lastSettled = ContinuousClock.now
    private var lastBulk: ContinuousClock.Instant?

    /// How a worker works; the defaults are production's.
    package struct Options: Sendable {
        /// Events taken in one transaction.
        package var batch = 2_000
        /// Events in one transaction from which they count as a history that is being loaded. Half of a history says
        /// things that the whole doesn't, so what it bears on is computed, and announced, once it has come to rest.
        package var bulk = 100
        /// How long nothing more of a history comes before it counts as at rest.
        package var quiet = Duration.seconds(1)
        /// Units computed at once.
        package var parallelism = 4
        /// Organisations remembered.
        package var organizations = 64
        /// How long marks may wait while a backlog is drained or a history is loaded.
        package var settleAfter = Duration.seconds(10)
        /// How often it is looked up whose day has turned.
        package var dayCheck = Duration.seconds(1)
        /// When an organisation whose work failed is tried again.
        package var retryAfter = Duration.seconds(60)

        package init() {}
    }

    package init(
        pool: PostgresPool, log: LogConsumer, clock: LedgerClock = .database, options: Options = Options(),
        logger: Logger
    ) {
        self.pool = pool
        self.log = log
        self.clock = clock
        self.options = options
        self.logger = logger
        memory = HistoryCache(limit: options.organizations)
    }

    /// Does the next piece of work: a batch of the log; where that leaves time, the day's turn of one organisation, or
    /// the marked units of one.
    ///
    /// - Throws: ``PostgresError`` and what else stops the worker; nothing of the step is then committed (or, where
    ///   ``PostgresError/outcomeUnknown`` is set, all of it may be). The next step starts from what is stored.
    package func step() async throws -> Step {
        do {
            return try await work()
        } catch {
            forget()
            throw error
        }
    }

    private func work() async throws -> Step {
        try await lookUpWhatIsDue()
        var done = Work()
        var mayWait = false
        switch try await takeBatch() {
        case .busy:
            forget()
            return .standby
        case .caughtUp:
            break
        case .handled(let work, let events, let isFull):
            done = work
            if events >= options.bulk { lastBulk = .now }
            mayWait = isFull && ContinuousClock.now - lastSettled < options.settleAfter
        }
        if mayWait { return .worked(done) }
        // Events come first: what a turn announces rests on all that is known.
        if let organization = due.first(where: isReady) {
            due.removeAll { $0 == organization }
            return try await turn(organization, after: done)
        }
        if let organization = marked?.first(where: isReady) {
            if let rest = restExpected { return done == Work() ? .settling(until: rest) : .worked(done) }
            lastSettled = .now
            return try await settle(organization, after: done)
        }
        lastSettled = .now
        return done == Work() ? .idle : .worked(done)
    }

    /// When the marks may be settled at the latest; nil where that is now.
    private var restExpected: ContinuousClock.Instant? {
        guard let lastBulk else { return nil }
        let rest = min(lastBulk + options.quiet, lastSettled + options.settleAfter)
        return rest > .now ? rest : nil
    }

    /// Drops what is remembered: another worker wrote, or this one doesn't know what it wrote.
    private func forget() {
        memory.removeAll()
        marked = nil
        due = []
        dueLookedUp = nil
    }

    private func isReady(_ organization: OrganizationID) -> Bool {
        postponed[organization].map { $0 <= .now } ?? true
    }

    private func lookUpWhatIsDue() async throws {
        if marked == nil {
            marked = Set(
                try await pool.query(MarkStatements.organizations.sql).map {
                    OrganizationID(rawValue: try $0.int4(0))
                })
        }
        if let dueLookedUp, ContinuousClock.now - dueLookedUp < options.dayCheck, case .database = clock { return }
        due = try await Self.organizationsBehind(clock, pool)
        dueLookedUp = .now
    }

    /// The organisations whose scored day is behind today, the longest behind first.
    private static func organizationsBehind(_ clock: LedgerClock, _ pool: PostgresPool) async throws -> [OrganizationID]
    {
        let day: DateValue? =
            switch clock {
            case .database: nil
            case .fixed(let day): DateValue(day())
            }
        let rows = try await pool.query(
            """
            SELECT id FROM onus.organization
            WHERE scored_day IS NULL OR scored_day < coalesce($1, (statement_timestamp() AT TIME ZONE 'UTC')::date)
            ORDER BY scored_day NULLS FIRST, id
            """,
            [.date(day)])
        return try rows.map { OrganizationID(rawValue: try $0.int4(0)) }
    }
}
