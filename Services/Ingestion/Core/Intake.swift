import EventLog
import Models
import Schema

/// Collects the judged items of one request and stores them slice by slice, so that a stream of any length needs the
/// memory of two slices.
///
/// While a slice is stored the next one is read: half the time of a large request would otherwise be spent waiting, in
/// turn, for the parser and for the database. One is under way at a time, so slices are stored in their order, and of
/// equal identities the first wins. What a slice has stored stays stored when a later one fails: identities make
/// sending it all again harmless.
struct Intake {
    private let store: EventStore
    let sender: Sender
    private let isDryRun: Bool
    private var receipt = Receipt()
    private var slice = EventSlice()
    /// Of the slice that is being stored.
    private var bytesUnderWay = 0
    /// Whether a slice is past taking back: on its way to be stored, or counted as if it were.
    private(set) var hasStored = false

    /// Runs `body` with an intake and stores what is left.
    ///
    /// - Parameter isDryRun: Judge and count only; nothing is stored, not even in the quarantine.
    /// - Returns: The receipt of everything.
    static func run(
        store: EventStore, sender: Sender, isDryRun: Bool,
        _ body: (inout Intake, inout Storing) async throws -> Void
    ) async throws -> Receipt {
        try await withThrowingTaskGroup(of: EventSlice.Outcome.self) { group in
            var intake = Intake(store: store, sender: sender, isDryRun: isDryRun)
            try await body(&intake, &group)
            try await intake.flush(&group)
            return intake.receipt
        }
    }

    /// Holds the slice that is being stored, if any.
    typealias Storing = ThrowingTaskGroup<EventSlice.Outcome, any Error>

    private init(store: EventStore, sender: Sender, isDryRun: Bool) {
        self.store = store
        self.sender = sender
        self.isDryRun = isDryRun
    }

    /// Takes one item; where it fills its slice, that begins to be stored as soon as the one before it is.
    ///
    /// - Parameters:
    ///   - index: The item's or line's zero-based number.
    ///   - size: Of the item as it was sent, in bytes.
    mutating func add(_ item: JudgedItem, index: Int, size: Int, _ storing: inout Storing) async throws {
        switch item {
        case .valid(let event): slice.add(LogEntry(event), index: index, size: size)
        case .rejected(let event):
            receipt.add(Rejection(index: index, problem: event.problem))
            slice.add(event, size: size)
        case .forbidden(let type):
            receipt.add(Rejection(index: index, problem: .forbidden(type, sender.role)))
        }
        if slice.isFull { try await store(&storing) }
    }

    private mutating func store(_ storing: inout Storing) async throws {
        try await settle(&storing)
        guard !slice.isEmpty else { return }
        hasStored = true
        let (full, store, sender, isDryRun) = (slice, store, sender, isDryRun)
        bytesUnderWay = slice.bytes
        slice = EventSlice()
        storing.addTask(name: "slice") {
            isDryRun
                ? try await full.judged(by: store, for: sender) : try await full.stored(in: store, from: sender)
        }
    }

    /// About how many bytes it has in hand.
    var held: Int { slice.bytes + bytesUnderWay }

    /// Stores what it has in hand, and waits until it is stored.
    mutating func flush(_ storing: inout Storing) async throws {
        try await store(&storing)
        try await settle(&storing)
    }

    /// Waits for the slice under way.
    private mutating func settle(_ storing: inout Storing) async throws {
        guard let outcome = try await storing.next() else { return }
        bytesUnderWay = 0
        receipt.add(accepted: outcome.accepted, duplicates: outcome.duplicates)
        for index in outcome.refused { receipt.add(Rejection(index: index, problem: .notStorable)) }
    }
}
