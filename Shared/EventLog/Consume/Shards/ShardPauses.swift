/// Which shards rest since their batch failed, and how long: each failure of a shard in a row doubles it.
struct ShardPauses {
    private struct Pause {
        var until: ContinuousClock.Instant
        var delay: Duration
    }

    private var pauses: [Int16: Pause] = [:]
    private static let first = Duration.milliseconds(250)
    private static let longest = Duration.seconds(30)

    /// When the first of them is over; in the past where it has not been used.
    var next: ContinuousClock.Instant? { pauses.values.map(\.until).min() }

    func isPaused(_ shard: Int16, at now: ContinuousClock.Instant) -> Bool {
        pauses[shard].map { now < $0.until } ?? false
    }

    /// - Returns: How long it rests.
    mutating func begin(_ shard: Int16, at now: ContinuousClock.Instant) -> Duration {
        let delay = pauses[shard].map { min($0.delay * 2, Self.longest) } ?? Self.first
        pauses[shard] = Pause(until: now + delay, delay: delay)
        return delay
    }

    /// Its batch has gone well.
    mutating func end(_ shard: Int16) { pauses[shard] = nil }

    /// Forgets all shards but these.
    mutating func keep(_ shards: [Int16]) {
        guard !pauses.isEmpty else { return }
        pauses = pauses.filter { shards.contains($0.key) }
    }
}
