/// A part of the log's events: of one key all are in the same part, so that whoever reads a part works on its keys alone.
package struct LogShard: Hashable, Sendable {
    /// What keeps events together.
    package enum Key: Hashable, Sendable {
        case organization
        /// The event's subject, within its organisation.
        case subject
    }

    /// `0..<count`.
    package let number: Int16
    package let count: Int16
    package let key: Key

    /// - Parameter number: In `0..<count`.
    init(_ number: Int16, of count: Int16, by key: Key) {
        precondition(count > 0 && (0..<count).contains(number), "a shard beyond the last")
        self.number = number
        self.count = count
        self.key = key
    }

    /// All of it.
    package static let whole = LogShard(0, of: 1, by: .organization)
}
