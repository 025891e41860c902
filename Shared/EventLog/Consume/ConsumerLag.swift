package import Models

/// How far behind a consumer is, or one shard of it.
package struct ConsumerLag: Hashable, Sendable {
    package let consumer: String
    /// Which of its shards, from 0; `nil` for a consumer that reads the whole log.
    package let shard: Int?
    /// Events that are visible and not read yet; ``LogStatus/countLimit`` or more mean "at least".
    package let unread: Int
    /// When the oldest of those that were counted was recorded; `nil` where nothing is unread.
    package let oldestUnread: Instant?
    /// How far it has read; `nil` where it never read.
    package let position: Position?

    package struct Position: Hashable, Sendable {
        package let era: Int
        /// Everything visible in it is read; as PostgreSQL writes snapshots.
        package let snapshot: String
        /// The transaction and number of the last event read of what has become visible since; `nil` between batches.
        package let cursor: Cursor?
        /// When it last moved.
        package let updated: Instant
    }

    package struct Cursor: Hashable, Sendable {
        package let transaction: String
        package let sequence: Int64
    }

    /// Whether more than ``unread`` may be unread.
    package var isAtLeast: Bool { unread >= LogStatus.countLimit }
}
