package import Postgres

/// Reads the log of all organisations, each event exactly once, by transaction visibility.
///
/// A position is a pair of snapshots rather than a number: what was visible in the old one is read, what the new one
/// adds is read next. Whatever commits late, or stays open for hours, is neither skipped nor waited for.
///
/// Source: `log.position` and `log.unread` (V0002).
package struct LogConsumer: Sendable {
    /// What to do where another worker has the position.
    package enum Contention: Sendable {
        /// Come back later.
        case skip
        /// Wait for it.
        case wait
    }

    package let name: String
    private let pool: PostgresPool

    /// - Parameter name: Whose position; workers of one name share the work.
    package init(name: String, pool: PostgresPool) {
        self.name = name
        self.pool = pool
    }

    /// Hands the next unread events to `body`, in a transaction of its own that moves the position along: either both
    /// the body's effects and the position are committed, or neither.
    ///
    /// - Parameters:
    ///   - limit: At most so many events, at least 1.
    ///   - body: Gets the transaction's connection and 1 to `limit` events, in the order of their transactions' ids.
    ///     It is not called where there is nothing to read.
    /// - Throws: What `body` throws, ``LogError``, ``PostgresError``; then nothing is committed, and the same events
    ///   come again. Where ``PostgresError/outcomeUnknown`` is set, they come again or were committed.
    package func withBatch<Value: Sendable>(
        limit: Int, ifTaken contention: Contention = .skip,
        _ body: (Connection, [RecordedEvent]) async throws -> Value
    ) async throws -> BatchOutcome<Value> {
        try await withPosition(ifTaken: contention) { connection in
            try await batch(limit, connection, body)
        } ?? .busy
    }

    /// Runs `body` in a transaction that holds the position without moving it: nobody reads for this consumer
    /// meanwhile.
    ///
    /// - Returns: `nil` where another worker has the position, and `contention` is to skip.
    /// - Throws: What `body` throws, and ``PostgresError``; then nothing is committed.
    package func withPosition<Value: Sendable>(
        ifTaken contention: Contention = .skip, _ body: (Connection) async throws -> Value
    ) async throws -> Value? {
        try await pool.withConnection { connection in
            while true {
                let value: Value? = try await connection.transaction { connection in
                    guard try await take(contention, connection) else { return nil }
                    return try await body(connection)
                }
                if let value { return value }
                // Taken, or not there yet. The first worker ever makes it, committed at once: nobody waits for that.
                if try await !Self.begin(name, connection) { return nil }
            }
        }
    }

    /// Makes a consumer's position where there is none: nothing is read.
    ///
    /// - Returns: Whether there was none.
    @discardableResult
    package static func begin(_ name: String, _ connection: Connection) async throws(PostgresError) -> Bool {
        try await connection.execute(
            "INSERT INTO log.position (consumer) VALUES ($1) ON CONFLICT DO NOTHING", [.text(name)]) > 0
    }

    private func batch<Value: Sendable>(
        _ limit: Int, _ connection: Connection, _ body: (Connection, [RecordedEvent]) async throws -> Value
    ) async throws -> BatchOutcome<Value> {
        while true {
            let (position, events) = try await read(limit, connection)
            if events.isEmpty {
                guard position.mayContinue else { return .caughtUp }
                try await store(position, after: nil, connection)
                continue
            }
            let value = try await body(connection, events)
            let isFull = events.count == limit
            try await store(position, after: isFull ? events.last : nil, connection)
            return .handled(value, events: events.count, isFull: isFull || position.mayContinue)
        }
    }

    /// Whether there is anything to read now, without taking the position.
    package func hasUnread() async throws(PostgresError) -> Bool {
        let rows = try await pool.query(
            "SELECT EXISTS (SELECT FROM (\(Unread.sql)) AS e) FROM log.position AS p WHERE p.consumer = $4 AND p.shard = 0",
            [.text(nil), .int4(1), .text(LogPosition.everything), .text(name)])
        // No row: a consumer that never read.
        return try rows.first?.bool(0) ?? true
    }

    /// Locks the position, for the transaction; false where it is taken, or not there.
    private func take(_ contention: Contention, _ connection: Connection) async throws(PostgresError) -> Bool {
        let sql =
            switch contention {
            case .skip: "SELECT 1 FROM log.position WHERE consumer = $1 AND shard = 0 FOR UPDATE SKIP LOCKED"
            case .wait: "SELECT 1 FROM log.position WHERE consumer = $1 AND shard = 0 FOR UPDATE"
            }
        // A machine that dies without a word is noticed in four seconds, and its lock freed. (No effect on a socket
        // of the same machine, where a dead process is noticed at once.)
        let results = try await connection.pipeline([
            Statement(
                """
                SELECT set_config('tcp_keepalives_idle', '2', true), set_config('tcp_keepalives_interval', '1', true),
                    set_config('tcp_keepalives_count', '2', true)
                """),
            Statement(sql, [.text(name)]),
        ])
        return results.last?.isEmpty == false
    }

    /// Must be a statement of its own after the lock: the snapshot of a statement that waited for the lock is older
    /// than the position it then sees.
    private func read(
        _ limit: Int, _ connection: Connection
    ) async throws -> (LogPosition, [RecordedEvent]) {
        let rows = try await connection.query(
            Self.readSQL, [.text(name), .text(LogPosition.everything), .int4(Int32(clamping: max(1, limit)))])
        guard let first = rows.first else { throw PostgresError(.protocol, "the locked position has vanished") }
        let position = try LogPosition(first)
        var events: [RecordedEvent] = []
        if try !first.isNull(4) {
            events.reserveCapacity(rows.count)
            for row in rows { events.append(try RecordedEvent(row, from: 4)) }
        }
        return (position, events)
    }

    /// - Parameter last: The last event read, where `upto` may hold more; `nil` where all of it is read.
    private func store(
        _ position: LogPosition, after last: RecordedEvent?, _ connection: Connection
    ) async throws(PostgresError) {
        if let last {
            _ = try await connection.execute(
                """
                UPDATE log.position SET target = $2::text::pg_snapshot, cursor_xid = $3, cursor_seq = $4, updated = now()
                WHERE consumer = $1 AND shard = 0
                """,
                [.text(name), .text(position.upto), .xid8(last.xid), .int8(last.seq)])
        } else {
            let next = position.next
            _ = try await connection.execute(
                """
                UPDATE log.position SET era = $2, snapshot = $3::text::pg_snapshot, target = NULL, cursor_xid = NULL,
                    cursor_seq = NULL, updated = now()
                WHERE consumer = $1 AND shard = 0
                """,
                [.text(name), .int4(next.era), .text(next.snapshot)])
        }
    }

    /// One row for each event, or one with NULLs in the event's place.
    static let readSQL = """
        SELECT p.era, p.current_era, p.upto::text, p.resumed, \(RecordedEvent.columns)
        FROM (
            SELECT era, c.current_era, snapshot, cursor_xid, cursor_seq, target IS NOT NULL AS resumed,
                coalesce(target, CASE WHEN era < c.current_era THEN $2::text::pg_snapshot ELSE pg_current_snapshot() END)
                    AS upto
            FROM log.position, (SELECT onus.current_era() AS current_era) AS c
            WHERE consumer = $1 AND shard = 0
        ) AS p
        LEFT JOIN LATERAL log.unread(p.era, p.snapshot, p.upto, p.cursor_xid, p.cursor_seq, $3) AS e ON true
        ORDER BY e.xid, e.seq
        """
}
