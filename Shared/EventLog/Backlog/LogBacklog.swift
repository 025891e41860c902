package import Models
package import Postgres

/// About how far scoring is behind the log, at a price that does not grow with it.
///
/// Source: `log.backlog()` (V0102).
package struct LogBacklog: Hashable, Sendable {
    /// What it has not read, at most too much: everything where it never read.
    package let events: Int
    /// When the oldest event was recorded that it has not read; `nil` where everything is read.
    package let oldest: Instant?

    package init(events: Int, oldest: Instant?) {
        self.events = events
        self.oldest = oldest
    }

    package static func read(_ pool: PostgresPool) async throws(PostgresError) -> LogBacklog {
        let row = try await pool.query("SELECT coalesce(max(events), 0), min(oldest) FROM log.backlog()").only()
        return LogBacklog(
            events: Int(try row.int8(0)), oldest: try row.optionalTimestamptz(1).map(Instant.init(_:)))
    }
}
