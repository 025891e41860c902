package import Postgres

/// What was in the log at one moment, by visibility; to be compared with consumers' positions.
package struct LogSnapshot: Hashable, Sendable {
    /// As PostgreSQL writes it.
    let text: String

    /// What is in the log now.
    package static func now(_ connection: Connection) async throws(PostgresError) -> LogSnapshot {
        LogSnapshot(text: try await connection.query("SELECT pg_current_snapshot()::text").only().text(0))
    }
}
