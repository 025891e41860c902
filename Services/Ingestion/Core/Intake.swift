import EventLog
import Models
import Postgres
import Schema

/// Collects the judged items of one request and stores them slice by slice, so that a stream of any length needs the
/// memory of three slices.
///
/// Two are stored at once, each by a connection of its own, while the next one is read: PostgreSQL gives a connection one
/// core, and that would be the stream's limit. They are begun in their order, and a slice waits for those before it
/// where it has an identity of theirs, so that of equal identities the first wins. What a slice has stored stays stored
/// when another one fails: identities make sending it all again harmless.
struct Intake {
    private let store: EventStore
    let sender: Sender
    private let isDryRun: Bool
    private var receipt = Receipt()
    private var slice = EventSlice()
    /// The slices that are being stored, by their numbers.
    private var underWay: [Int: UnderWay] = [:]
    private var sliceNumber = 0
    /// Whether every event was new in the slices that are stored; nil while none is. What is sent again is known from its
    /// beginning on, as a rule.
    private var areAllNew: Bool?
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
        try await withThrowingTaskGroup(of: Stored.self) { group in
            var intake = Intake(store: store, sender: sender, isDryRun: isDryRun)
            try await body(&intake, &group)
            try await intake.flush(&group)
            return intake.receipt
        }
    }

    /// Holds the slices that are being stored.
    typealias Storing = ThrowingTaskGroup<Stored, any Error>

    /// A slice that has been stored.
    struct Stored: Sendable {
        fileprivate let number: Int
        fileprivate let outcome: EventSlice.Outcome
    }

    /// A slice that is being stored.
    private struct UnderWay {
        let bytes: Int
        let identities: Set<UUIDBytes>
    }

    private init(store: EventStore, sender: Sender, isDryRun: Bool) {
        self.store = store
        self.sender = sender
        self.isDryRun = isDryRun
    }

    /// Takes one item; where it fills its slice, that begins to be stored as soon as there is room beside those before it.
    ///
    /// - Parameters:
    ///   - index: The item's or line's zero-based number.
    ///   - size: Of the item as it was sent, in bytes.
    mutating func add(_ item: JudgedItem, index: Int, size: Int, _ storing: inout Storing) async throws {
        switch item {
        case .valid(let event): slice.add(event, index: index, size: size)
        case .rejected(let event):
            receipt.add(Rejection(index: index, problem: event.problem))
            slice.add(event, size: size)
        case .forbidden(let type):
            receipt.add(Rejection(index: index, problem: .forbidden(type, sender.role)))
        }
        if slice.isFull { try await store(&storing) }
    }

    private mutating func store(_ storing: inout Storing) async throws {
        guard !slice.isEmpty else { return }
        while underWay.count >= Limits.slicesAtOnce { try await settle(&storing) }
        while underWay.values.contains(where: { slice.hasAny(of: $0.identities) }) { try await settle(&storing) }
        hasStored = true
        let (full, number, store, sender, isDryRun) = (slice, sliceNumber, store, sender, isDryRun)
        let expectsNew = areAllNew == true
        underWay[number] = UnderWay(bytes: full.bytes, identities: full.identities)
        sliceNumber += 1
        slice = EventSlice()
        storing.addTask(name: "slice") {
            let outcome =
                isDryRun
                ? try await full.judged(by: store, for: sender)
                : try await full.stored(in: store, from: sender, expectsNew: expectsNew)
            return Stored(number: number, outcome: outcome)
        }
    }

    /// About how many bytes it has in hand.
    var held: Int { underWay.values.reduce(slice.bytes) { $0 + $1.bytes } }

    /// Stores what it has in hand, and waits until it is stored.
    mutating func flush(_ storing: inout Storing) async throws {
        try await store(&storing)
        while !underWay.isEmpty { try await settle(&storing) }
    }

    /// Waits for one of the slices under way.
    private mutating func settle(_ storing: inout Storing) async throws {
        guard let stored = try await storing.next() else { return }
        underWay[stored.number] = nil
        let outcome = stored.outcome
        areAllNew = areAllNew != false && outcome.duplicates == 0
        receipt.add(accepted: outcome.accepted, duplicates: outcome.duplicates)
        for index in outcome.refused { receipt.add(Rejection(index: index, problem: .notStorable)) }
    }
}
