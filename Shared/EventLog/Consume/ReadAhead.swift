import Synchronization

/// What a consumer remembers between two batches: where it stands, and what it has read from there already.
///
/// It only saves work. Whoever takes the position compares where it stands with this.
final class ReadAhead: Sendable {
    struct State: Sendable {
        var position: LogPosition?
        /// The run of the server in which the position's era was the newest; `nil` where that isn't known.
        var run: ServerRun?
        /// A look from that position, and one from where that ends.
        var looks: [LogLook] = []
        /// ``LogLook/settled`` of a look at the position's target; `nil` where it has none.
        var settled: SettledMonths?
        /// Whether a look from there will probably bring something.
        var isBehind = false
        /// Whether nothing is unread, as far as is known, so that it is time to sleep.
        var isQuiet = false

        init() {}

        /// After a look has been worked on, or was empty.
        init(at position: LogPosition, after look: LogLook) {
            self.position = position
            if look.currentEra == position.era { run = look.run }
            isBehind = look.isFull || look.mayContinue
            if position.target == look.upto { settled = look.settled }
        }
    }

    private struct Memory {
        var state = State()
        var rotated: ContinuousClock.Instant?
        var hasAcknowledged = false
    }

    private let memory = Mutex(Memory())

    /// Takes it away: whoever fails leaves nothing remembered.
    func take() -> State {
        memory.withLock { memory in
            defer { memory.state = State() }
            return memory.state
        }
    }

    func peek() -> State { memory.withLock { $0.state } }

    func put(_ state: State) { memory.withLock { $0.state = state } }

    func noteAcknowledgement() { memory.withLock { $0.hasAcknowledged = true } }

    /// Whether there have been acknowledgements, and a second has passed, since the last time that this said so.
    func isRotationDue() -> Bool {
        memory.withLock { memory in
            guard memory.hasAcknowledged else { return false }
            let now = ContinuousClock.now
            if let rotated = memory.rotated, now - rotated < .seconds(1) { return false }
            memory.rotated = now
            memory.hasAcknowledged = false
            return true
        }
    }
}
