import Postgres

/// A position that is taken and read on from in one statement, where everything still is as it is remembered: the way of
/// a worker that is woken for an event.
///
/// Source: `log.take_unread` (V0107).
struct RememberedLook {
    private let consumer: String
    private let patience: Int32
    private let position: LogPosition
    private let run: ServerRun
    let limit: Int

    /// - Returns: `nil` where too little is remembered, or the position is within its target.
    init?(of state: ReadAhead.State, by consumer: LogConsumer, limit: Int) {
        guard state.looks.isEmpty, let position = state.position, let run = state.run, consumer.shard.count == 1,
            position.number > 0,
            position.target == nil, position.cursor == nil
        else { return nil }
        self.consumer = consumer.name
        patience = consumer.patienceInMilliseconds
        self.position = position
        self.run = run
        self.limit = limit
    }

    /// Whether anything is unread: one row where not, none or several where it is or something is not as remembered. Not to
    /// be worked on.
    var glance: Statement { statement(limit: 1) }

    var statement: Statement { statement(limit: limit) }

    private func statement(limit: Int) -> Statement {
        Statement(
            """
            SELECT \(RecordedEvent.columns), e.upto
            FROM log.take_unread($1, $2, $3, $4, $5, $6::text::pg_snapshot, $7) AS e
            """,
            [
                .text(consumer), .int4(patience), .text(run.text), .int8(position.number), .int4(position.era),
                .text(position.snapshot), .int4(Int32(clamping: limit)),
            ])
    }

    /// - Parameter rows: Of ``statement``.
    /// - Returns: `nil` where something is not as remembered; the position may be taken or not.
    func look(_ rows: ResultSet?) throws(PostgresError) -> LogLook? {
        guard let rows, let first = rows.first else { return nil }
        return LogLook(
            position: position, currentEra: position.era, run: run, upto: try first.text(12), settled: nil,
            rows: rows.dropFirst(), limit: limit)
    }
}
