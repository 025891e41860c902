import Postgres

/// The statements of one look at the log, for one pipeline, and what they answered.
///
/// The first decides what is looked up to and leaves it in a setting of the transaction; the second reads. Whatever is
/// visible in that snapshot is committed, so the second may see more and reads the same.
struct LookStatements {
    let position: LogPosition
    let shard: LogShard
    /// What an earlier look at the same target has told of the months that need not be asked.
    let settled: SettledMonths?
    let limit: Int
    /// Whether they have a transaction to themselves, whose settings for the planner touch nobody else.
    let isAlone: Bool
    /// Whether they read the page behind the next one, with the last event of that before it. For plain looks.
    var isBeyond = false

    var all: [Statement] { [begin, isPlain ? isBeyond ? beyond : range : function] }

    /// - Parameter results: Of ``all``.
    func look(_ results: ArraySlice<ResultSet>) throws(PostgresError) -> LogLook {
        guard results.count == 2, let first = results.first, let rows = results.last else {
            throw PostgresError(.protocol, "expected two results, got \(results.count)")
        }
        let state = try first.only()
        let run = try ServerRun(state, at: 3)
        return LogLook(
            position: position, currentEra: try state.int4(0), run: run, upto: try state.text(1),
            settled: try state.optionalTimestamptz(2).map { SettledMonths(before: $0, run: run) }, rows: rows[...],
            limit: limit)
    }

    /// Whether a range of the index is read, and no function asked.
    var isPlain: Bool { isAlone && shard.count == 1 && position.beginning != nil }

    private var begin: Statement {
        Statement(
            isAlone ? Self.beginAlone : Self.beginAmongOthers,
            [
                .int4(position.era), .text(position.target), .text(LogPosition.everything), .text(position.snapshot),
            ])
    }

    private var range: Statement { Statement(Self.rangeSQL, rangeBindings(page: limit)) }

    private var beyond: Statement {
        Statement(
            Self.rangeSQL + " OFFSET $6",
            rangeBindings(page: limit + 1) + [.int4(Int32(clamping: limit - 1))])
    }

    private func rangeBindings(page: Int) -> [Binding] {
        [
            .int4(position.era), .xid8(position.beginning?.xid), .int8(position.beginning?.seq),
            .int4(Int32(clamping: page)), .timestamptz(settled?.before),
        ]
    }

    private var function: Statement {
        Statement(
            Self.functionSQL,
            [
                .int4(position.era), .text(position.snapshot), .xid8(position.cursor?.xid), .int8(position.cursor?.seq),
                .int4(Int32(clamping: limit)), .int4(Int32(shard.number)), .int4(Int32(shard.count)),
                .bool(shard.key == .subject),
            ])
    }

    /// The era is asked for once: each answer reads the server's control file.
    private static let beginAmongOthers = """
        SELECT c.era, set_config(
            'onus.upto', coalesce($2, CASE WHEN $1 < c.era THEN $3 ELSE pg_current_snapshot()::text END), true),
            \(SettledMonths.sql), \(ServerRun.sql)
        FROM (SELECT onus.current_era() AS era OFFSET 0) AS c
        """

    /// The planner is held to the index: a statement planned while the table was empty is kept until somebody analyses
    /// the table.
    private static let beginAlone = """
        SELECT c.era, set_config(
            'onus.upto', coalesce($2, CASE WHEN $1 < c.era THEN $3 ELSE pg_current_snapshot()::text END), true),
            \(SettledMonths.sql), \(ServerRun.sql), set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true),
            set_config('jit', 'off', true), set_config('plan_cache_mode', 'force_generic_plan', true)
        FROM (SELECT onus.current_era() AS era OFFSET 0) AS c
        """

    /// One lower bound only, as a row: see `log.unread` (V0002).
    static let rangeSQL = """
        SELECT \(RecordedEvent.columns) FROM log.event AS e
        WHERE e.recorded >= coalesce($5, '-infinity') AND e.era = $1 AND (e.xid, e.seq) > ($2, $3)
            AND e.xid < pg_snapshot_xmax(current_setting('onus.upto')::pg_snapshot)
            AND pg_visible_in_snapshot(e.xid, (SELECT current_setting('onus.upto')::pg_snapshot))
        ORDER BY e.xid, e.seq LIMIT $4
        """

    private static let functionSQL = """
        SELECT \(RecordedEvent.columns)
        FROM log.unread_of_shard(
            $1, $2::text::pg_snapshot, current_setting('onus.upto')::pg_snapshot, $3, $4, $5, $6, $7, $8) AS e
        """
}
