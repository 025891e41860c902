import Models

/// Reads what ``PackedFact`` writes, one fact after the other.
struct PackedFactReader {
    /// The bytes are not what ``PackedFact`` writes: altered, or of a newer version.
    struct Damage: Error {}

    private let bytes: [UInt8]
    private var position = 0
    /// Where the fact in hand ends.
    private var end = 0
    /// The last source, which mostly is the next one's too: one string for all of them.
    private var source = ""

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Whether bytes are what this build reads.
    static func canRead(_ bytes: [UInt8]) -> Bool {
        var reader = PackedFactReader(bytes)
        do throws(Damage) {
            while try reader.next(of: PersonID(unchecked: "-")) != nil {}
            return true
        } catch {
            return false
        }
    }

    /// The next fact; nil after the last.
    ///
    /// - Parameter unit: Whose facts they are: the packed form of a fact about a person doesn't repeat who that is. For
    ///   assignments, leave and corrections it is not asked for.
    mutating func next(of unit: PersonID) throws(Damage) -> Event? {
        guard position < bytes.count else { return nil }
        end = bytes.count
        let length = try unsigned()
        guard length <= UInt64(bytes.count - position) else { throw Damage() }
        end = position + Int(length)
        guard try byte() == PackedFact.version, let type = EventType(code: Int16(try byte())) else { throw Damage() }
        let time = Instant(microseconds: try signed())
        let identity = EventIdentity(source: try repeatedSource(), id: try text())
        let payload = try payload(type, of: unit)
        guard position == end else { throw Damage() }
        return Event(identity: identity, time: time, payload: payload)
    }

    private mutating func payload(_ type: EventType, of unit: PersonID) throws(Damage) -> Payload {
        switch type {
        case .personUpdated:
            .personUpdated(
                PersonUpdated(
                    person: try identifier(), effectiveFrom: try day(), active: try flag(),
                    manager: try optionalIdentifier(), role: try optionalIdentifier()))
        case .absenceRecorded:
            .absenceRecorded(AbsenceRecorded(person: try identifier(), from: try day(), to: try day()))
        case .expectationAcknowledged:
            .expectationAcknowledged(ExpectationAcknowledged(person: unit, role: try identifier()))
        case .gapIdentified:
            .gapIdentified(
                GapIdentified(gap: try identifier(), person: unit, cause: try choice(), metric: try metric()))
        case .gapAction:
            .gapAction(
                GapAction(gap: try identifier(), by: try identifier(), kind: try choice(), stage: try choice()))
        case .gapClosed:
            .gapClosed(GapClosed(gap: try identifier(), outcome: try choice()))
        case .behaviourObserved:
            .behaviourObserved(
                BehaviourObserved(gap: try identifier(), observer: try identifier(), level: try number()))
        case .outcomeMeasured:
            .outcomeMeasured(OutcomeMeasured(gap: try identifier(), value: try number()))
        case .coachingHeld:
            .coachingHeld(try coaching(of: unit))
        case .trainingRequested:
            .trainingRequested(
                TrainingRequested(
                    request: RequestID(unchecked: "-"), requestedBy: try identifier(), gap: try optionalIdentifier()))
        case .trainingCompleted:
            .trainingCompleted(try completion(of: unit))
        case .eventRetracted:
            .eventRetracted(EventRetracted(event: try identity()))
        case .evidenceContested:
            .evidenceContested(EvidenceContested(event: try identity(), by: try identifier()))
        case .evidenceResolved:
            .evidenceResolved(EvidenceResolved(event: try identity(), decision: try choice(), by: try identifier()))
        case .roleDefined, .conversationHeld, .feedbackGiven, .learningRecorded:
            throw Damage()
        }
    }

    private mutating func coaching(of unit: PersonID) throws(Damage) -> CoachingHeld {
        let coach: PersonID? = try optionalIdentifier()
        let source: CoachingSource =
            if let coach { .coach(coach) } else { .provider(kind: try choice(), name: nil) }
        let isSituational = try flag()
        return CoachingHeld(
            person: unit, by: source, context: isSituational ? CoachingContext(kind: .other) : nil,
            observed: isSituational, gap: try optionalIdentifier())
    }

    /// Only completions that are tied to the job are facts; what ties one that names no gap isn't kept.
    private mutating func completion(of unit: PersonID) throws(Damage) -> TrainingCompleted {
        TrainingCompleted(
            person: unit, programme: try identifier(), gap: try optionalIdentifier(),
            expectation: ExpectationID(unchecked: "-"))
    }

    private mutating func metric() throws(Damage) -> Metric? {
        guard try flag() else { return nil }
        return Metric(name: "-", baseline: try number(), target: try number())
    }

    private mutating func identity() throws(Damage) -> EventIdentity {
        EventIdentity(source: try text(), id: try text())
    }

    private mutating func identifier<Kind>() throws(Damage) -> Identifier<Kind> {
        Identifier(unchecked: try text())
    }

    private mutating func optionalIdentifier<Kind>() throws(Damage) -> Identifier<Kind>? {
        try optionalText().map(Identifier.init(unchecked:))
    }

    private mutating func day() throws(Damage) -> Day {
        Day(number: Int(try signed()))
    }

    private mutating func flag() throws(Damage) -> Bool {
        try byte() != 0
    }

    private mutating func choice<Choice: CaseIterable>() throws(Damage) -> Choice
    where Choice.AllCases == [Choice] {
        let place = Int(try byte())
        guard Choice.allCases.indices.contains(place) else { throw Damage() }
        return Choice.allCases[place]
    }

    private mutating func number() throws(Damage) -> Double {
        var bits: UInt64 = 0
        for shift in stride(from: 0, to: 64, by: 8) { bits |= UInt64(try byte()) << UInt64(shift) }
        return Double(bitPattern: bits)
    }

    private mutating func text() throws(Damage) -> String {
        guard let text = try optionalText() else { throw Damage() }
        return text
    }

    private mutating func optionalText() throws(Damage) -> String? {
        guard let range = try textRange() else { return nil }
        return String(decoding: bytes[range], as: UTF8.self)
    }

    private mutating func repeatedSource() throws(Damage) -> String {
        guard let range = try textRange() else { throw Damage() }
        if !source.utf8.elementsEqual(bytes[range]) { source = String(decoding: bytes[range], as: UTF8.self) }
        return source
    }

    private mutating func textRange() throws(Damage) -> Range<Int>? {
        let header = try unsigned()
        guard header > 0 else { return nil }
        guard header - 1 <= UInt64(end - position) else { throw Damage() }
        let start = position
        position += Int(header - 1)
        return start..<position
    }

    private mutating func signed() throws(Damage) -> Int64 {
        let value = try unsigned()
        return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
    }

    private mutating func unsigned() throws(Damage) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let byte = try byte()
            guard shift < 64 else { throw Damage() }
            value |= UInt64(byte & 0x7F) << shift
            if byte & 0x80 == 0 { return value }
            shift += 7
        }
    }

    private mutating func byte() throws(Damage) -> UInt8 {
        guard position < end else { throw Damage() }
        defer { position += 1 }
        return bytes[position]
    }
}
