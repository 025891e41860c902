import Models
package import Postgres

/// What `onus status` asks about the log's consumers. Needs the right to read the whole log: the owner's, or scoring's.
package struct LogStatus: Sendable {
    /// Counting stops here: a backlog of millions is told as "at least".
    package static let countLimit = 100_000

    private let connection: Connection

    package init(_ connection: Connection) { self.connection = connection }

    /// Every consumer that ever read, by name, and those of `expected` that never did: to them everything is unread. One
    /// lag for each shard of a consumer that is shared by key.
    package func lags(expected: [String] = []) async throws(PostgresError) -> [ConsumerLag] {
        let rows = try await connection.query(
            """
            SELECT p.consumer, count(e.seq), min(e.recorded), p.updated, p.era, p.snapshot::text, p.cursor_xid::text,
                p.cursor_seq, p.shard, log.shards(p.consumer)
            FROM log.places($3) AS p LEFT JOIN LATERAL (\(Unread.sql)) AS e ON true
            GROUP BY p.consumer, p.shard, p.updated, p.era, p.snapshot::text, p.cursor_xid::text, p.cursor_seq
            ORDER BY p.consumer, p.shard
            """,
            [.text(nil), .int4(Int32(Self.countLimit)), .textArray(expected)])
        var lags: [ConsumerLag] = []
        for row in rows {
            let isShared = try row.int4(9) > 1
            lags.append(
                ConsumerLag(
                    consumer: try row.text(0), shard: isShared ? Int(try row.int4(8)) : nil,
                    unread: Int(try row.int8(1)),
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

    /// Whether the consumer has read everything that was in the log at that moment, all of its shards. False for one that
    /// never read.
    package func isCaughtUp(_ consumer: String, with snapshot: LogSnapshot) async throws(PostgresError) -> Bool {
        let rows = try await connection.query(
            """
            SELECT bool_and(p.updated IS NOT NULL AND NOT EXISTS (SELECT FROM (\(Unread.sql)) AS e))
            FROM log.places(ARRAY[$3]) AS p WHERE p.consumer = $3
            """,
            [.text(snapshot.text), .int4(1), .text(consumer)])
        return try rows.only().bool(0)
    }
}
