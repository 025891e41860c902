import Synchronization

/// What one worker has read, and when it came and went.
final class DrainTally: Sendable {
    struct Count: Sendable {
        var events = 0
        /// When the last batch was worked on; nil before the first.
        var last: Int64?
        /// Batches in hand.
        var open = 0
    }

    private let count = Mutex(Count())

    var now: Count { count.withLock { $0 } }

    func begin() { count.withLock { $0.open += 1 } }

    func end(_ events: Int) {
        count.withLock { count in
            count.open -= 1
            count.events += events
            count.last = Monotonic.now
        }
    }
}
