import Postgres
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
        var page = ReadAhead.firstPage
    }

    /// Events of a consumer's first look: whoever has failed over large events, for want of memory, begins with few.
    static let firstPage = 500
    /// Bytes that a page shall have at most, as far as the one before it tells.
    static let pageBytes = 8 << 20

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

    /// How many events to read in a page.
    func page(atMost limit: Int) -> Int { memory.withLock { min($0.page, limit) } }

    /// What the next pages are to be like: of as many events as would have been `pageBytes`, and of twice as many as these
    /// at most.
    func note(_ look: LogLook) {
        let (count, bytes) = (look.rows.base.count, look.rows.base.byteCount)
        guard count > 0 else { return }
        memory.withLock { memory in
            let wanted = look.isFull ? max(memory.page, look.limit * 2) : memory.page
            memory.page = max(1, min(wanted, Self.pageBytes / max(1, bytes / count)))
        }
    }

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
