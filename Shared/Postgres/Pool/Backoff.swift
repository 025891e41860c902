/// Delays that double from attempt to attempt, each cut by chance to between half and all of it, so
/// that many who lost the same server don't come back at the same moment.
struct Backoff {
    private let first: Duration
    private let last: Duration
    private var attempt = 0

    init(from first: Duration, to last: Duration) {
        self.first = first
        self.last = last
    }

    mutating func next() -> Duration {
        let full = min(last, first * (1 << min(attempt, 20)))
        attempt += 1
        return full * Double.random(in: 0.5...1)
    }

    mutating func reset() {
        attempt = 0
    }
}
