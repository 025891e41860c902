import Models

/// The compact form of a fact that bulk scoring reads (`facts.event.packed`): what the model counts, and nothing else.
///
/// A length and that many bytes, so that the facts of a unit can stand one after the other: a version byte, the type's
/// code, the time, source and id, and the type's members. Integers are little-endian base 128, signed ones zigzag;
/// texts carry their length plus one, zero stands for none; numbers are the eight bytes of the double. Names, free text
/// and whatever else the model does not read is left out, so reading it back gives an event that scores the same and
/// isn't the same.
struct PackedFact {
    /// What a reader takes; it refuses any other.
    static let version: UInt8 = 1

    /// The greatest size that is kept: with the longest unit it has to fit an entry of an index (2,704 bytes).
    static let limit = 1_600

    private(set) var bytes: [UInt8] = []

    /// - Returns: empty for a fact that bulk scoring doesn't read in this form; nil where it is too long.
    static func pack(_ event: Event) -> [UInt8]? {
        switch event.payload {
        // Roles' expectations are long and few: they are read as JSON.
        case .conversationHeld, .feedbackGiven, .learningRecorded, .roleDefined: return []
        default: break
        }
        var body = PackedFact()
        body.append(event)
        guard body.bytes.count <= limit else { return nil }
        var whole = PackedFact()
        whole.append(unsigned: UInt64(body.bytes.count))
        return whole.bytes + body.bytes
    }

    private mutating func append(_ event: Event) {
        bytes.append(Self.version)
        bytes.append(UInt8(truncatingIfNeeded: event.type.code))
        append(signed: event.time.microseconds)
        append(event.identity.source)
        append(event.identity.id)
        append(event.payload)
    }

    private mutating func append(_ payload: Payload) {
        switch payload {
        case .personUpdated(let data):
            append(data.person.rawValue)
            append(signed: Int64(data.effectiveFrom.number))
            append(data.active)
            append(data.manager?.rawValue)
            append(data.role?.rawValue)
        case .absenceRecorded(let data):
            append(data.person.rawValue)
            append(signed: Int64(data.from.number))
            append(signed: Int64(data.to.number))
        case .expectationAcknowledged(let data):
            append(data.role.rawValue)
        case .gapIdentified(let data):
            append(data.gap.rawValue)
            append(choice: data.cause)
            append(data.metric != nil)
            if let metric = data.metric {
                append(metric.baseline)
                append(metric.target)
            }
        case .gapAction(let data):
            append(data.gap.rawValue)
            append(data.by.rawValue)
            append(choice: data.kind)
            append(choice: data.stage)
        case .gapClosed(let data):
            append(data.gap.rawValue)
            append(choice: data.outcome)
        case .behaviourObserved(let data):
            append(data.gap.rawValue)
            append(data.observer.rawValue)
            append(data.level)
        case .outcomeMeasured(let data):
            append(data.gap.rawValue)
            append(data.value)
        case .coachingHeld(let data):
            append(data)
        case .trainingRequested(let data):
            append(data.requestedBy.rawValue)
            append(data.gap?.rawValue)
        case .trainingCompleted(let data):
            append(data.programme.rawValue)
            append(data.gap?.rawValue)
        case .eventRetracted(let data):
            append(data.event)
        case .evidenceContested(let data):
            append(data.event)
            append(data.by.rawValue)
        case .evidenceResolved(let data):
            append(data.event)
            append(choice: data.decision)
            append(data.by.rawValue)
        case .roleDefined, .conversationHeld, .feedbackGiven, .learningRecorded:
            break
        }
    }

    private mutating func append(_ data: CoachingHeld) {
        append(data.coach?.rawValue)
        if case .provider(let kind, _) = data.by { append(choice: kind) }
        append(data.isSituational)
        append(data.gap?.rawValue)
    }

    private mutating func append(_ identity: EventIdentity) {
        append(identity.source)
        append(identity.id)
    }

    /// By its place in the list of cases, which the format fixes: new cases may only be added at the end.
    private mutating func append<Choice: CaseIterable & Equatable>(choice: Choice) {
        let place = Choice.allCases.enumerated().first { $0.element == choice }?.offset
        bytes.append(UInt8(truncatingIfNeeded: place ?? 0))
    }

    private mutating func append(_ flag: Bool) {
        bytes.append(flag ? 1 : 0)
    }

    private mutating func append(_ number: Double) {
        for shift in stride(from: 0, to: 64, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: number.bitPattern >> UInt64(shift)))
        }
    }

    private mutating func append(_ text: String?) {
        guard let text else { return bytes.append(0) }
        append(unsigned: UInt64(text.utf8.count) + 1)
        bytes.append(contentsOf: text.utf8)
    }

    private mutating func append(signed value: Int64) {
        append(unsigned: UInt64(bitPattern: value << 1 ^ value >> 63))
    }

    private mutating func append(unsigned value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }
}
