import Models
package import Postgres

/// What `onus status` asks about the log's consumers. Needs the right to read the whole log: the owner's, or scoring's.
package struct LogStatus: Sendable {
    /// Counting stops here: a backlog of millions is told as "at least".
    package static let countLimit = 100_000

    private let connection: Connection

    package init(_ connection: Connection) { self.connection = connection }

    /// Every consumer that ever read, by name, and those of `expected` that never did: to them everything is unread.
    package func lags(expected: [String] = []) async throws(PostgresError) -> [ConsumerLag] {
        let rows = try await connection.query(
            """
            SELECT p.consumer, count(e.seq), min(e.recorded), p.updated, p.era, p.snapshot::text, p.cursor_xid::text,
                p.cursor_seq
            FROM (
                SELECT consumer, era, snapshot, target, cursor_xid, cursor_seq, updated FROM log.position
                UNION ALL
                SELECT name, 1, '1:1:', NULL, NULL, NULL, NULL FROM unnest($4::text[]) AS name
                WHERE NOT EXISTS (SELECT FROM log.position WHERE consumer = name)
            ) AS p LEFT JOIN LATERAL (\(Unread.sql)) AS e ON true
            GROUP BY p.consumer, p.updated, p.era, p.snapshot::text, p.cursor_xid::text, p.cursor_seq ORDER BY p.consumer
            """,
            [.text(nil), .int4(Int32(Self.countLimit)), .text(LogPosition.everything), .textArray(expected)])
        var lags: [ConsumerLag] = []
        for row in rows {
            lags.append(
                ConsumerLag(
                    consumer: try row.text(0), unread: Int(try row.int8(1)),
                    oldestUnread: try row.optionalTimestamptz(2).map(Instant.init(_:)), position: try position(row)))
        }
        return lags
    }

    private func position(_ row: Row) throws(PostgresError) -> ConsumerLag.Position? {
        guard let updated = try row.optionalTimestamptz(3) else { return nil }
        var cursor: ConsumerLag.Cursor?
        if let transaction = try row.optionalText(6), let sequence = try row.optionalInt8(7) {
            cursor = ConsumerLag.Cursor(transaction: transaction, sequence: sequence)
        }
        return ConsumerLag.Position(
            era: Int(try row.int4(4)), snapshot: try row.text(5), cursor: cursor, updated: Instant(updated))
    }

    /// Whether the consumer has read everything that was in the log at that moment. False for one that never read.
    package func isCaughtUp(_ consumer: String, with snapshot: LogSnapshot) async throws(PostgresError) -> Bool {
        let rows = try await connection.query(
            """
            SELECT NOT EXISTS (SELECT FROM (\(Unread.sql)) AS e)
            FROM log.position AS p WHERE p.consumer = $4
            """,
            [.text(snapshot.text), .int4(1), .text(LogPosition.everything), .text(consumer)])
        return try rows.first?.bool(0) ?? false
    }
}
