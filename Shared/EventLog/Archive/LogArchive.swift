package import Postgres

/// Months of the log that consumers no longer look into. They stay in the database and can be moved back; who reads the
/// whole log reads them as well.
///
/// Source: `log.months()` (V0055) and `log.move_month()` (V0110). Needs the owner's connection, outside a transaction.
package struct LogArchive: Sendable {
    private let connection: Connection

    package init(_ connection: Connection) { self.connection = connection }

    /// Every month that has a partition of its own, by date.
    package func months() async throws(PostgresError) -> [LogMonth] {
        let rows = try await connection.query(
            """
            SELECT to_char(month, 'YYYY-MM'),
                (12 * (extract(year FROM today) - extract(year FROM month))
                    + extract(month FROM today) - extract(month FROM month))::int4,
                is_archived, is_read, bytes
            FROM log.months(), (SELECT (now() AT TIME ZONE 'UTC')::date AS today) AS clock
            """)
        var months: [LogMonth] = []
        for row in rows {
            months.append(
                LogMonth(
                    name: try row.text(0), age: Int(try row.int4(1)), isArchived: try row.bool(2),
                    isRead: try row.bool(3), bytes: try row.int8(4)))
        }
        return months
    }

    /// Moves a month to the archive.
    ///
    /// - Parameter month: Its ``LogMonth/name``.
    /// - Throws: ``PostgresError``: 55000 where a consumer has not read all of it, an event came into it meanwhile or the
    ///   month is not over, 42P01 where there is no such month, 55P03 where the log was in use for longer than it is waited
    ///   for. Nothing is moved then.
    package func archive(_ month: String) async throws(PostgresError) { try await move(month, toArchive: true) }

    /// Moves a month back into the log.
    ///
    /// - Throws: ``PostgresError``, as ``archive(_:)``.
    package func restore(_ month: String) async throws(PostgresError) { try await move(month, toArchive: false) }

    /// Goes on for half a minute where the log is in use.
    private func move(_ month: String, toArchive: Bool) async throws(PostgresError) {
        for step in 1...3 {
            var attempt = 1
            while true {
                do {
                    _ = try await connection.query(
                        "SELECT log.move_month(to_date($1, 'YYYY-MM'), $2, $3)::text",
                        [.text(month), .bool(toArchive), .int4(Int32(step))])
                    break
                } catch {
                    // Somebody reads the log for long, a replay for example.
                    guard error.sqlState == .lockNotAvailable, attempt < Self.attempts else { throw error }
                    attempt += 1
                    // Whoever came during the attempt waited behind it: they all go on first.
                    do { try await Task.sleep(for: .milliseconds(Int.random(in: 300...500))) } catch {
                        throw PostgresError(.cancelled, "cancelled between two attempts")
                    }
                }
            }
        }
    }

    /// Of 200 ms each.
    private static let attempts = 50
}
