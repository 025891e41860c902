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
        /// Units computed.
        package var units = 0
        /// New notices.
        package var notices = 0
        /// Events set aside.
        package var parked = 0

        package init(events: Int = 0, units: Int = 0, notices: Int = 0, parked: Int = 0) {
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
    /// The organisations whose units wait to be computed, or that are passed over; nil until looked up.
    var unfinished: Set<OrganizationID>?
    /// The organisations whose scored day is behind, as last looked up; of these, the ones never scored.
    var due: Set<OrganizationID> = []
    var unscored: Set<OrganizationID> = []
    /// Organisations whose turn or marks failed, until they are tried again.
    var postponed: [OrganizationID: ContinuousClock.Instant] = [:]
    /// Organisations whose events become facts and nothing else, until they are tried again: something that is stored of
    /// them can't be read, or their units can't be stored.
    var withheld: [OrganizationID: ContinuousClock.Instant] = [:]
    private var dueLookedUp: ContinuousClock.Instant?
    /// How fast the organisations' events come.
    var influx: [OrganizationID: Influx] = [:]
    /// The organisation that had the last slice: it is the others' turn.
    private var lastServed: OrganizationID?
    /// How long the last slice took, and the batches since then.
    private var sliceTime = Duration.zero
    private var batchTime = Duration.zero

    /// How a worker works; the defaults are production's, but for `parallelism`.
    package struct Options: Sendable {
        /// Events taken in one transaction.
        package var batch = 2_000
        /// Events of one organisation, within `quiet`, from which they count as a history that is being loaded. Half
        /// of a history says things that the whole doesn't, so what it bears on is computed, and announced, once it
        /// has come to rest.
        package var bulk = 100
        /// How long nothing more of a history comes before it counts as at rest.
        package var quiet = Duration.seconds(1)
        /// How long an organisation's marks and turn may wait while its history is loaded.
        package var settleAfter = Duration.seconds(10)
        /// How long the first turn of an organisation may wait for its history.
        package var firstTurnAfter = Duration.seconds(600)
        /// Units computed, or managers published, in one transaction: a turn goes on in slices, events in between.
        package var slice = 2_000
        /// Under a full backlog, how many times as long as its last slice was batches are taken before the next slice.
        package var batchesPerSlice = 3
        /// Units computed at once. Production sets it to the number of cores.
        package var parallelism = 4
        /// Organisations remembered.
        package var organizations = 64
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

    /// Does the next piece of work: a batch of the log; where that leaves time, the next slice of one organisation's
    /// turn or marked units. Organisations take turns.
    ///
    /// - Parameter sleeper: Where there is nothing to do, this sleeps first, and then looks for events.
    /// - Throws: ``PostgresError`` and what else stops the worker; nothing of the step is then committed (or, where
    ///   ``PostgresError/outcomeUnknown`` is set, all of it may be). The next step starts from what is stored.
    package func step(after sleeper: Sleeper? = nil) async throws -> Step {
        do {
            return try await work(after: sleeper)
        } catch {
            forget()
            throw error
        }
    }

    private func work(after sleeper: Sleeper?) async throws -> Step {
        try await lookUpWhatIsDue { [pool] in try await pool.query($0.sql, $0.bindings) }
        var done = Work()
        let sleeper = waiting.contains(where: isReady) ? nil : sleeper
        let start = ContinuousClock.now
        let outcome = try await takeBatch(after: sleeper)
        batchTime += .now - max(start, sleeper?.lastWoken ?? start)
        switch outcome {
        case .busy:
            forget()
            return .standby
        case .caughtUp:
            break
        case .handled(let work, _, let isFull):
            done = work
            // More can be had at once; but slices have their share of the time under any backlog.
            if isFull, batchTime < sliceTime * options.batchesPerSlice { return .worked(done) }
        }
        // Events come first: what a slice announces rests on all that is known.
        var wake: ContinuousClock.Instant?
        for organization in waiting where isReady(organization) {
            if let rest = rest(of: organization) {
                wake = min(wake ?? rest, rest)
                continue
            }
            lastServed = organization
            influx[organization]?.settle()
            let start = ContinuousClock.now
            let step = try await advance(organization, after: done)
            sliceTime = .now - start
            batchTime = .zero
            return step
        }
        guard done == Work() else { return .worked(done) }
        if let wake { return .settling(until: wake) }
        return .idle
    }

    /// Those with work to do, beginning after the one that was served last.
    private var waiting: [OrganizationID] {
        let all = due.union(unfinished ?? []).sorted()
        guard let lastServed else { return all }
        return all.filter { $0 > lastServed } + all.filter { $0 <= lastServed }
    }

    /// Until when the organisation's history is waited for; nil where it isn't.
    private func rest(of organization: OrganizationID) -> ContinuousClock.Instant? {
        let patience = unscored.contains(organization) ? options.firstTurnAfter : options.settleAfter
        return influx[organization]?.rest(options.quiet, patience: patience, at: .now)
    }

    /// Drops what is remembered: another worker wrote or may have written, or this one doesn't know what it wrote.
    package func forget() {
        memory.removeAll()
        unfinished = nil
        due = []
        unscored = []
        dueLookedUp = nil
    }

    private func isReady(_ organization: OrganizationID) -> Bool {
        postponed[organization].map { $0 <= .now } ?? true
    }

    /// Anew where the last look is some time ago; a day may have turned in a sleep.
    ///
    /// - Parameter ask: Answers a statement.
    func lookUpWhatIsDue(_ ask: (Statement) async throws -> ResultSet) async throws {
        if unfinished == nil {
            unfinished = Set(
                try await ask(MarkStatements.organizations).map { OrganizationID(rawValue: try $0.int4(0)) })
        }
        if let dueLookedUp, ContinuousClock.now - dueLookedUp < options.dayCheck, case .database = clock { return }
        (due, unscored) = try await Self.organizationsBehind(clock, ask)
        let now = ContinuousClock.now
        influx = influx.filter { $0.value.isLoading(options.firstTurnAfter, at: now) }
        dueLookedUp = now
    }

    /// The organisations whose scored day is behind today, and those of them that have none.
    private static func organizationsBehind(
        _ clock: LedgerClock, _ ask: (Statement) async throws -> ResultSet
    ) async throws -> (behind: Set<OrganizationID>, unscored: Set<OrganizationID>) {
        let day: DateValue? =
            switch clock {
            case .database: nil
            case .fixed(let day): DateValue(day())
            }
        let rows = try await ask(
            Statement(
                """
                SELECT id, scored_day IS NULL FROM onus.organization
                WHERE scored_day IS NULL OR scored_day < coalesce($1, (statement_timestamp() AT TIME ZONE 'UTC')::date)
                """,
                [.date(day)]))
        var behind: Set<OrganizationID> = []
        var unscored: Set<OrganizationID> = []
        for row in rows {
            let organization = OrganizationID(rawValue: try row.int4(0))
            behind.insert(organization)
            if try row.bool(1) { unscored.insert(organization) }
        }
        return (behind, unscored)
    }
}
