import EventLog
import Postgres

/// Judged items of a request that are stored together, in their order.
struct EventSlice: Sendable {
    /// What storing one came to.
    struct Outcome: Sendable {
        var accepted = 0
        var duplicates = 0
        /// The items that the database would not take.
        var refused: [Int] = []
    }

    private var entries: [LogEntry] = []
    /// The items' numbers, each as its entry.
    private var indexes: [Int] = []
    private var rejected: [RejectedEvent] = []
    private(set) var bytes = 0

    /// What it would store.
    var identities: Set<UUIDBytes> { Set(entries.lazy.map(\.hash)) }

    /// Whether it would store one of these.
    func hasAny(of identities: Set<UUIDBytes>) -> Bool { entries.contains { identities.contains($0.hash) } }

    var isEmpty: Bool { entries.isEmpty && rejected.isEmpty }

    var isFull: Bool { entries.count + rejected.count >= Limits.sliceEvents || bytes >= Limits.sliceBytes }

    /// - Parameter size: Of the item as it was sent, in bytes.
    mutating func add(_ event: LogEntry, index: Int, size: Int) {
        entries.append(event)
        indexes.append(index)
        bytes += size
    }

    mutating func add(_ event: RejectedEvent, size: Int) {
        rejected.append(event)
        bytes += (event.body == nil ? 0 : size) + event.problem.size
    }

    /// Stores the events in one transaction, and what is rejected in the quarantine.
    ///
    /// - Parameter expectsNew: Whether there is reason to think that none of them is known.
    func stored(in store: EventStore, from sender: Sender, expectsNew: Bool) async throws -> Outcome {
        var outcome = Outcome()
        var rejected = rejected
        if !entries.isEmpty {
            let stored = try await store.append(entries, from: sender, expectsNew: expectsNew)
            outcome.accepted = stored.count { $0 == .new }
            outcome.duplicates = stored.count { $0 == .duplicate }
            for position in stored.indices where stored[position] == .refused {
                outcome.refused.append(indexes[position])
                rejected.append(RejectedEvent(.notStorable, hash: entries[position].digest))
            }
        }
        if !rejected.isEmpty {
            try await store.quarantine(rejected, from: sender)
        }
        return outcome
    }

    /// Counts what storing would come to, and stores nothing, not even in the quarantine.
    func judged(by store: EventStore, for sender: Sender) async throws -> Outcome {
        let known = try await store.known(among: entries, of: sender)
        return Outcome(accepted: entries.count - known, duplicates: known)
    }
}
