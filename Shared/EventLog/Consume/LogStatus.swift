import Models
package import Postgres

/// What `onus status` asks about the log's consumers. Needs the right to read the whole log: the owner's, or scoring's.
package struct LogStatus: Sendable {
    /// Counting stops here: a backlog of millions is told as "at least".
    package static let countLimit = 100_000

    private let connection: Connection

    package init(_ connection: Connection) { self.connection = connection }

    /// Every consumer that ever read, by name.
    package func lags() async throws(PostgresError) -> [ConsumerLag] {
        let rows = try await connection.query(
            """
            SELECT p.consumer, count(e.seq), min(e.recorded), p.updated
            FROM log.position AS p LEFT JOIN LATERAL (\(Unread.sql)) AS e ON true
            GROUP BY p.consumer, p.updated ORDER BY p.consumer
            """,
            [.text(nil), .int4(Int32(Self.countLimit)), .text(LogPosition.everything)])
        var lags: [ConsumerLag] = []
        for row in rows {
            lags.append(
                ConsumerLag(
                    consumer: try row.text(0), unread: Int(try row.int8(1)),
                    oldestUnread: try row.optionalTimestamptz(2).map(Instant.init(_:)),
                    updated: Instant(try row.timestamptz(3))))
        }
        return lags
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
