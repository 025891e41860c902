package import Postgres

/// Reads the log of all organisations, each event exactly once, by transaction visibility.
///
/// A position is a pair of snapshots rather than a number: what was visible in the old one is read, what the new one
/// adds is read next. Whatever commits late, or stays open for hours, is neither skipped nor waited for.
///
/// While a batch is worked on, the next two are read on other connections of the pool, beside every second batch (shards
/// read one, beside each): what they hold was committed before, and is thrown away where a batch fails or somebody else
/// moved the position.
///
/// Source: `log.take_position` (V0097), `log.unread_of_shard` (V0107), `log.acknowledge` (V0052).
package struct LogConsumer: Sendable {
    /// What to do where another worker has the position.
    package enum Contention: Sendable {
        /// Come back later.
        case skip
        /// Wait for it.
        case wait
    }

    package let name: String
    package let shard: LogShard
    let pool: PostgresPool
    let patience: Duration
    let memory = ReadAhead()

    /// - Parameters:
    ///   - name: Whose position; workers of one name share the work.
    ///   - shard: The part of the log that it reads.
    ///   - patience: How long a process that has the position may be silent before the server ends its transaction, so that
    ///     a frozen one is replaced; more than two seconds. Computing is not silence: the transaction's connection beats.
    package init(
        name: String, shard: LogShard = .whole, pool: PostgresPool, patience: Duration = Connection.silence
    ) {
        self.name = name
        self.shard = shard
        self.pool = pool
        self.patience = patience
    }

    /// Hands the next unread events to `body`, in a transaction of its own that moves the position along: either both
    /// the body's effects and the position are committed, or neither.
    ///
    /// - Parameters:
    ///   - limit: At most so many events, at least 1; fewer where they are large, and in the first batches.
    ///   - body: Gets the transaction's connection and 1 to `limit` events, in the order of their transactions' ids.
    ///     It is not called where there is nothing to read.
    /// - Throws: What `body` throws, ``LogError``, ``PostgresError``; then nothing is committed, and the same events
    ///   come again. Where ``PostgresError/outcomeUnknown`` is set, they come again or were committed.
    package func withBatch<Value: Sendable>(
        limit: Int, ifTaken contention: Contention = .skip,
        _ body: (Connection, [RecordedEvent]) async throws -> Value
    ) async throws -> BatchOutcome<Value> {
        try await batch(limit: limit, ifTaken: contention, isParsing: true) { connection, look in
            try await body(connection, look.events())
        }
    }

    /// As ``withBatch(limit:ifTaken:_:)``; where nothing is known to be unread, sleeps before it until there may be something,
    /// for the sleeper's interval, or until shutdown. When the sleep ended is told by ``Sleeper/lastWoken``.
    ///
    /// A few events that end a sleep are handed over on the thread of the connection that heard: a body that computes for long
    /// does that in tasks that prefer `globalConcurrentExecutor`.
    package func withBatch<Value: Sendable>(
        limit: Int, after sleeper: Sleeper, _ body: (Connection, [RecordedEvent]) async throws -> Value
    ) async throws -> BatchOutcome<Value> {
        try await batch(limit: limit, after: sleeper) { connection, look in
            try await body(connection, look.events())
        }
    }

    /// As ``withBatch(limit:ifTaken:_:)``, for a body that parses what it needs.
    package func withRawBatch<Value: Sendable>(
        limit: Int, ifTaken contention: Contention = .skip, _ body: (Connection, LogBatch) async throws -> Value
    ) async throws -> BatchOutcome<Value> {
        try await batch(limit: limit, ifTaken: contention, isParsing: false) { connection, look in
            try await body(connection, LogBatch(look))
        }
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
            try await connection.transaction { connection in
                let taken = try await connection.query(take(contention).sql, take(contention).bindings)
                guard !taken.isEmpty else { return nil }
                return try await connection.beating { try await body(connection) }
            }
        }
    }

    /// Runs `body` in a transaction of one moment that changes nothing: the position and all that was committed with it.
    ///
    /// - Throws: What `body` throws, and ``PostgresError``.
    package func withMoment<Value: Sendable>(_ body: (Connection) async throws -> Value) async throws -> Value {
        try await pool.withTransaction(isolation: .repeatableRead, readOnly: true) { connection in
            // One that is stopped must not hold up vacuum, and the positions' tables, for ever.
            _ = try await connection.query("SELECT set_config('idle_in_transaction_session_timeout', '60s', true)")
            // Of positions that are read seconds after the moment, some may be gone (V0052).
            _ = try await connection.query("SELECT FROM log.position WHERE consumer = $1", [.text(name)])
            return try await body(connection)
        }
    }

    /// Makes a consumer's position where there is none: nothing is read. In the transaction under way, if there is one.
    ///
    /// - Returns: Whether there was none.
    @discardableResult
    package static func begin(_ name: String, _ connection: Connection) async throws(PostgresError) -> Bool {
        let made = try await connection.query(
            """
            SELECT log.acknowledge($1, 0::int2, 0, 1, '1:1:', NULL, NULL, NULL)::text
            WHERE NOT EXISTS (SELECT FROM log.position WHERE consumer = $1)
            """,
            [.text(name)])
        return !made.isEmpty
    }

    /// Whether there is anything to read now, without taking the position.
    package func hasUnread() async throws(PostgresError) -> Bool {
        let known = memory.peek()
        if let position = known.position {
            let statements = LookStatements(
                position: position, shard: shard, settled: nil, limit: 1, isAlone: true)
            let look = try statements.look(try await pool.pipeline(statements.all)[...])
            // Somebody else may have moved on meanwhile: then there was something, and the next batch finds out.
            return !look.isEmpty || look.mayContinue
        }
        let rows = try await pool.query(
            """
            SELECT EXISTS (SELECT FROM (\(Unread.sql)) AS e) FROM log.position AS p
            WHERE p.consumer = $3 AND p.shard = $4
            """,
            [.text(nil), .int4(1), .text(name), .int2(shard.number)])
        // No row: a consumer that never read.
        return try rows.first?.bool(0) ?? true
    }

    /// Takes the position for the transaction; its answer is where it stands, or no row where another one has it.
    func take(_ contention: Contention) -> Statement {
        Statement(
            """
            SELECT n, era, snapshot::text, target::text, cursor_xid, cursor_seq, \(ServerRun.sql)
            FROM log.take_position($1, $2, $3, $4)
            """,
            [
                .text(name), .int2(shard.number), .bool(contention == .wait), .int4(patienceInMilliseconds),
            ])
    }

    var patienceInMilliseconds: Int32 { Int32(clamping: Int64(patience / .milliseconds(1))) }

    /// Moves the position, which the transaction must have taken.
    func acknowledge(_ position: LogPosition) -> Statement {
        Statement(
            """
            SELECT log.acknowledge($1, $2, $3, $4, $5::text::pg_snapshot, $6::text::pg_snapshot, $7, $8)::text
            """,
            [
                .text(name), .int2(shard.number), .int8(position.number), .int4(position.era),
                .text(position.snapshot), .text(position.target), .xid8(position.cursor?.xid),
                .int8(position.cursor?.seq),
            ])
    }
}
