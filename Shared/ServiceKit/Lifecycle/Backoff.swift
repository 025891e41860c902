/// Growing delays between attempts: each the double of the last up to a limit, and somewhat random, so that many
/// processes that lost the same database do not return to it in step.
package struct Backoff: Sendable {
    private var delay: Duration
    private let limit: Duration

    package init(first: Duration = .milliseconds(100), limit: Duration = .seconds(5)) {
        delay = first
        self.limit = limit
    }

    /// How long to wait before the next attempt.
    package mutating func next() -> Duration {
        let current = delay
        delay = min(delay * 2, limit)
        return current * Double.random(in: 0.75...1.25)
    }
}
