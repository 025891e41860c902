import Models

/// A place in the list of statements: behind one of them.
struct XAPICursor: Sendable, CustomStringConvertible {
    let stored: Instant
    /// Among those stored at one moment.
    let number: Int64

    init(stored: Instant, number: Int64) {
        self.stored = stored
        self.number = number
    }

    /// - Returns: `nil` for what ``description`` never says.
    init?(_ text: String) {
        let parts = text.split(separator: "-").compactMap { Int64($0) }
        // Within PostgreSQL's range, and far beyond any clock.
        guard parts.count == 2, parts[0] < 1 << 56, "\(parts[0])-\(parts[1])" == text else { return nil }
        self.init(stored: Instant(microseconds: parts[0]), number: parts[1])
    }

    var description: String { "\(stored.microseconds)-\(number)" }
}
