/// How long a poll that failed waits.
package enum PollBackoff {
    private static let first = Duration.seconds(30)
    private static let limit = Duration.seconds(3600)

    /// - Parameters:
    ///   - failures: In a row, this one included.
    ///   - asked: What the vendor asks for; never undercut.
    ///   - jitter: In `0..<1`, from a random source: many hooks that lost one vendor do not return to it in step.
    package static func wait(failures: Int, asked: Duration?, jitter: Double) -> Duration {
        let doubled = first * Double(1 << min(max(failures, 1) - 1, 20))
        let own = min(doubled, limit) * (0.75 + jitter / 2)
        // A little later than asked, never earlier.
        return max(own, asked.map { $0 + Duration.seconds(5) * jitter } ?? .zero)
    }
}
