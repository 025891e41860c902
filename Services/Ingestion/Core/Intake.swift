import EventLog
import Models
import Schema

/// Collects the judged items of one request and stores them slice by slice, so that a stream of any length needs the
/// memory of one slice.
///
/// What a slice has stored stays stored when a later one fails: identities make sending it all again harmless.
struct Intake {
    private let store: EventStore
    private let sender: Sender
    private let isDryRun: Bool
    private var receipt = Receipt()
    private var events: [(entry: LogEntry, index: Int)] = []
    private var rejected: [RejectedEvent] = []
    private var bytes = 0
    /// Whether a slice is past taking back: stored, or counted as if it were.
    private(set) var hasStored = false

    /// - Parameter isDryRun: Judge and count only; nothing is stored, not even in the quarantine.
    init(store: EventStore, sender: Sender, isDryRun: Bool) {
        self.store = store
        self.sender = sender
        self.isDryRun = isDryRun
    }

    /// Takes one item, and stores the slice that it fills.
    ///
    /// - Parameters:
    ///   - index: The item's or line's zero-based number.
    ///   - size: Of the item as it was sent, in bytes.
    mutating func add(_ item: JudgedItem, index: Int, size: Int) async throws {
        switch item {
        case .valid(let event):
            events.append((LogEntry(event), index))
            bytes += size
        case .rejected(let event):
            receipt.add(Rejection(index: index, problem: event.problem))
            rejected.append(event)
            bytes += (event.body == nil ? 0 : size) + event.problem.size
        case .forbidden(let type):
            receipt.add(Rejection(index: index, problem: .forbidden(type, sender.role)))
        }
        if events.count + rejected.count >= Limits.sliceEvents || bytes >= Limits.sliceBytes {
            try await flush()
        }
    }

    /// Stores what is left and gives the receipt of everything.
    mutating func finish() async throws -> Receipt {
        try await flush()
        return receipt
    }

    /// About how many bytes it has in hand.
    var held: Int { bytes }

    /// Stores what it has in hand.
    mutating func flush() async throws {
        hasStored = hasStored || !events.isEmpty || !rejected.isEmpty
        defer {
            events.removeAll(keepingCapacity: true)
            rejected.removeAll(keepingCapacity: true)
            bytes = 0
        }
        if isDryRun {
            let known = try await store.known(among: events.map(\.entry), of: sender)
            receipt.add(accepted: events.count - known, duplicates: known)
            return
        }
        if !events.isEmpty {
            let stored = try await store.append(events.map(\.entry), from: sender)
            receipt.add(accepted: stored.count { $0 == .new }, duplicates: stored.count { $0 == .duplicate })
            for (event, stored) in zip(events, stored) where stored == .refused {
                receipt.add(Rejection(index: event.index, problem: .notStorable))
                rejected.append(RejectedEvent(.notStorable, hash: event.entry.digest))
            }
        }
        if !rejected.isEmpty {
            try await store.quarantine(rejected, from: sender)
        }
    }
}
