package import Models

/// How far behind a consumer is.
package struct ConsumerLag: Hashable, Sendable {
    package let consumer: String
    /// Events that are visible and not read yet, counted up to ``LogStatus/countLimit`` for each part of the log.
    package let unread: Int
    /// When the oldest of those that were counted was recorded; `nil` where nothing is unread.
    package let oldestUnread: Instant?
    /// When the position last moved.
    package let updated: Instant
}
