import Connectors
import EventLog
import Models
import Postgres

/// Polls as jobs: each is leased to one process, wherever it runs, until it is finished or the lease runs out. When a process
/// lets go of one, `leased_until` stays for as long as the vendor is to be left alone after its last request.
///
/// Source: `hook.poll` (V0065), through the index `poll_due_idx`.
struct Polls: Sendable {
    /// How long a lease holds without a page being kept; then another process goes on.
    static let lease = Duration.seconds(180)
    /// From a complete poll to one that a call asks for: calls come in crowds.
    private static let rest = Duration.seconds(60)

    let pool: PostgresPool

    /// Leases the poll that has been due for longest.
    ///
    /// - Returns: Nil where none is due.
    func claim() async throws(PostgresError) -> LeasedPoll? {
        let rows = try await pool.query(
            """
            WITH due AS MATERIALIZED (    -- a fence: joined directly, LIMIT could be planned away
                SELECT p.organization_id, p.name FROM hook.poll AS p
                JOIN hook.hook AS h ON h.organization_id = p.organization_id AND h.name = p.name
                WHERE p.due <= now() AND coalesce(p.leased_until, '-infinity') <= now() AND h.disabled IS NULL
                ORDER BY p.due LIMIT 1 FOR UPDATE OF p SKIP LOCKED
            )
            UPDATE hook.poll AS p SET lease = gen_random_uuid(), leased = now(), leased_until = now() + $1
            FROM due JOIN hook.hook AS h ON h.organization_id = due.organization_id AND h.name = due.name
            WHERE p.organization_id = due.organization_id AND p.name = due.name
            RETURNING p.lease, p.cursor, p.page, p.high, p.began, p.failures, now(), \(HookRecord.columns)
            """, [.interval(Self.lease)])
        guard let row = rows.first else { return nil }
        return LeasedPoll(
            hook: try HookRecord(row, from: 7), lease: try row.uuid(0),
            state: PollState(
                cursor: try row.optionalText(1), page: try row.optionalText(2), high: try row.optionalText(3),
                began: try row.optionalTimestamptz(4).map { Instant($0) }),
            failures: Int(try row.int4(5)), now: Instant(try row.timestamptz(6)))
    }

    /// Keeps what was read, after its events are durable, and extends the lease.
    ///
    /// - Returns: Whether the lease is still held; if not, somebody else goes on and this one has to stop.
    func keep(_ poll: LeasedPoll, _ state: PollState) async throws(PostgresError) -> Bool {
        try await update(
            poll, "cursor = $4, page = $5, high = $6, began = $7, leased_until = now() + $8",
            Self.bindings(state) + [.interval(Self.lease)])
    }

    /// Extends the lease, so that it outlasts one request more.
    ///
    /// - Returns: The database's clock; nil: the lease is lost, as in ``keep(_:_:)``.
    func renew(_ poll: LeasedPoll) async throws(PostgresError) -> Instant? {
        let rows = try await pool.query(
            "UPDATE hook.poll AS p SET leased_until = now() + $4 WHERE \(Self.isHeld) RETURNING now()",
            Self.key(poll) + [.interval(Self.lease)])
        guard let row = rows.first else { return nil }
        return Instant(try row.timestamptz(0))
    }

    /// Whether the lease is still held, so that what was read may be stored.
    func holds(_ poll: LeasedPoll) async throws(PostgresError) -> Bool {
        try await pool.query(
            "SELECT FROM hook.poll AS p WHERE \(Self.isHeld)", Self.key(poll)
        ).count > 0
    }

    /// Ends a complete poll. One that was asked for meanwhile follows after a minute.
    ///
    /// - Parameter pause: For how long nobody asks the vendor; so in the others.
    func finish(
        _ poll: LeasedPoll, _ state: PollState, next: Duration, pause: Duration
    ) async throws(PostgresError) -> Bool {
        try await update(
            poll,
            """
            cursor = $4, page = $5, high = $6, began = $7, lease = NULL, leased_until = now() + $9, failures = 0,
                last_error = NULL, last_success = now(),
                due = now() + CASE WHEN wanted > coalesce(began, leased) THEN least($8, $10) ELSE $8 END
            """, Self.bindings(state) + [.interval(next), .interval(pause), .interval(Self.rest)])
    }

    /// Ends an attempt that failed.
    func fail(
        _ poll: LeasedPoll, _ failure: PollFailure, wait: Duration, pause: Duration
    ) async throws(PostgresError) -> Bool {
        try await update(
            poll,
            """
            lease = NULL, leased_until = now() + $7, failures = failures + 1, last_error = $4, due = now() + $5,
                page = CASE WHEN $6 THEN NULL ELSE page END
            """, [.text(failure.reason), .interval(wait), .bool(failure.losesPage), .interval(pause)])
    }

    /// Lets others go on with a poll that is not at its end.
    func release(_ poll: LeasedPoll, pause: Duration) async throws(PostgresError) -> Bool {
        try await update(poll, "lease = NULL, leased_until = now() + $4, due = now()", [.interval(pause)])
    }

    /// Has a hook polled soon, a minute after its last poll at the earliest; a vendor that is to be left alone still is.
    ///
    /// - Returns: Whether the hook is polled at all.
    func want(_ hook: HookRecord) async throws(PostgresError) -> Bool {
        try await pool.execute(
            """
            UPDATE hook.poll
            SET wanted = now(),
                due = CASE failures WHEN 0 THEN least(due, greatest(now(), last_success + $3)) ELSE due END
            WHERE organization_id = $1 AND name = $2
            """, [.int4(hook.organization.rawValue), .text(hook.name), .interval(Self.rest)]) > 0
    }

    /// - Parameter assignments: One of the fixed texts above, whose own parameters begin at `$4`.
    private func update(
        _ poll: LeasedPoll, _ assignments: String, _ bindings: [Binding]
    ) async throws(PostgresError) -> Bool {
        try await pool.execute(
            "UPDATE hook.poll AS p SET \(assignments) WHERE \(Self.isHeld)", Self.key(poll) + bindings) > 0
    }

    /// That nobody else has the lease, and that the hook is switched on: it may have been switched off just when the poll was
    /// claimed.
    private static let isHeld = """
        p.organization_id = $1 AND p.name = $2 AND p.lease = $3 AND EXISTS (
            SELECT FROM hook.hook AS h
            WHERE h.organization_id = p.organization_id AND h.name = p.name AND h.disabled IS NULL)
        """

    private static func key(_ poll: LeasedPoll) -> [Binding] {
        [.int4(poll.hook.organization.rawValue), .text(poll.hook.name), .uuid(poll.lease)]
    }

    private static func bindings(_ state: PollState) -> [Binding] {
        [.text(state.cursor), .text(state.page), .text(state.high), .timestamptz(state.began?.timestamp)]
    }
}

/// A poll that is this process' to make.
struct LeasedPoll: Sendable {
    let hook: HookRecord
    let lease: UUIDBytes
    let state: PollState
    /// In a row, until now.
    let failures: Int
    /// The database's clock when it was leased.
    let now: Instant
}
