/// When a delivery that failed is tried again, and when it is given up for an operator to look at.
package struct RetrySchedule: Sendable {
    /// The wait before the second attempt.
    package let first: Duration
    /// No wait is longer, save one the receiver asks for.
    package let longest: Duration
    /// The longest wait that a receiver may ask for.
    package let longestAsked: Duration
    /// Attempts before the delivery is parked.
    package let attempts: Int

    /// Sixteen attempts over about five hours: 5 s, 10 s, 20 s and so on up to an hour.
    package static let standard = RetrySchedule(
        first: .seconds(5), longest: .seconds(3600), longestAsked: .seconds(86_400), attempts: 16)

    package init(first: Duration, longest: Duration, longestAsked: Duration, attempts: Int) {
        self.first = first
        self.longest = longest
        self.longestAsked = longestAsked
        self.attempts = attempts
    }

    /// The wait after a failed attempt.
    ///
    /// - Parameters:
    ///   - attempt: The number of the attempt that failed, from 1.
    ///   - asked: What the receiver asked for; it is waited at least.
    ///   - jitter: A draw from `0...1`, so that receivers that failed together are not tried together.
    /// - Returns: `nil` where that was the last attempt. Otherwise between one half and three halves of the doubled
    ///   wait, and at least `asked`.
    package func wait(after attempt: Int, asked: Duration?, jitter: Double) -> Duration? {
        guard attempt < attempts else { return nil }
        let doubled = first * (1 << min(max(attempt, 1) - 1, 30))
        let spread = min(doubled, longest) * (0.5 + min(max(jitter, 0), 1))
        guard let asked else { return spread }
        return max(spread, min(asked, longestAsked))
    }
}
