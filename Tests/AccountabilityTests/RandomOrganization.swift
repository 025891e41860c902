import Models
import Support

/// Events of a small organisation in which everything happens: transfers, leavers, cycles, leave, ties, strangers,
/// gaps of several people under one name, and corrections of everything.
struct RandomOrganization {
    /// The scored day; some events lie after it.
    static let today = Day(number: 20_000)

    private var random: SplitMix
    private(set) var events: [Event] = []

    private let people = ["a", "b", "c", "d", "e", "f", "g", "h"].map { PersonID(unchecked: $0) }
    private let roles = ["r", "s"].map { RoleID(unchecked: $0) }
    private let gaps = ["g1", "g2", "g3", "g4", "g5", "g6"].map { GapID(unchecked: $0) }
    private let programmes = ["p", "q"].map { ProgrammeID(unchecked: $0) }

    init(seed: UInt64, events count: Int = 160) {
        random = SplitMix(seed: seed)
        for person in people where chance(9, 10) {
            add(at: Self.today - 400, .personUpdated(firstAssignment(of: person)))
        }
        let defined = Self.today - 390
        for role in roles { add(at: defined, .roleDefined(definition(of: role, from: defined))) }
        while events.count < count { addOne() }
    }

    /// One more event of any type.
    mutating func addOne() {
        let payload = payload()
        // Few distinct times and sources, so that ties are frequent.
        add(at: day(back: 330), payload)
    }

    private mutating func add(at day: Day, _ payload: Payload) {
        let time = Instant(startOf: day).adding(seconds: 21_600 * pick([0, 1, 2, 3]))
        let identity = EventIdentity(source: pick(["/x", "/y"]), id: "\(pick(["k", "K", "é"]))\(events.count)")
        events.append(Event(identity: identity, time: time, payload: payload))
    }

    private mutating func payload() -> Payload {
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<8: .personUpdated(assignment())
        case 8..<10: .roleDefined(definition(of: pick(roles), from: day(back: 300)))
        case 10..<14: .absenceRecorded(absence())
        case 14..<20: .expectationAcknowledged(ExpectationAcknowledged(person: pick(people), role: pick(roles)))
        case 20..<46: .coachingHeld(coaching())
        case 46..<54: .gapIdentified(identification())
        case 54..<59:
            .gapAction(
                GapAction(
                    gap: pick(gaps), by: pick(people), kind: .process, stage: chance(4, 5) ? .taken : .planned))
        case 59..<63:
            .gapClosed(GapClosed(gap: pick(gaps), outcome: pick([.closed, .closed, .roleChanged, .withdrawn])))
        case 63..<71:
            .behaviourObserved(
                BehaviourObserved(gap: pick(gaps), observer: pick(people), level: pick([0, 1.5, 2.9, 3, 4])))
        case 71..<78: .outcomeMeasured(OutcomeMeasured(gap: pick(gaps), value: pick([-1, 0, 0.1, 0.3, 0.7, 1, 12.5])))
        case 78..<83: .trainingRequested(request())
        case 83..<89: .trainingCompleted(completion())
        case 89..<93: .eventRetracted(EventRetracted(event: anyIdentity()))
        case 93..<96: .evidenceContested(EvidenceContested(event: anyIdentity(), by: pick(people)))
        case 96..<99:
            .evidenceResolved(
                EvidenceResolved(event: anyIdentity(), decision: chance(1, 2) ? .stands : .removed, by: pick(people)))
        default: .learningRecorded(LearningRecorded(person: pick(people), title: "Chess"))
        }
    }
}

extension RandomOrganization {
    private mutating func firstAssignment(of person: PersonID) -> PersonUpdated {
        PersonUpdated(
            person: person, effectiveFrom: Self.today - Int.random(in: 100...400, using: &random), active: true,
            manager: chance(8, 9) ? pick(people) : nil, role: chance(4, 5) ? pick(roles) : nil)
    }

    private mutating func assignment() -> PersonUpdated {
        PersonUpdated(
            person: pick(people), effectiveFrom: day(back: 300), active: chance(2, 3),
            manager: chance(7, 8) ? pick(people) : nil, role: chance(4, 5) ? pick(roles) : nil)
    }

    private mutating func definition(of role: RoleID, from day: Day) -> RoleDefined {
        let expectations = [Expectation(id: ExpectationID(unchecked: "x"), statement: "Answers within a day")]
        return RoleDefined(role: role, effectiveFrom: day, expectations: chance(4, 5) ? expectations : [])
    }

    private mutating func absence() -> AbsenceRecorded {
        let from = day(back: 200)
        return AbsenceRecorded(person: pick(people), from: from, to: from + Int.random(in: 0...40, using: &random))
    }

    private mutating func coaching() -> CoachingHeld {
        CoachingHeld(
            person: pick(people), by: chance(6, 7) ? .coach(pick(people)) : .provider(kind: .external, name: nil),
            context: chance(1, 2) ? CoachingContext(kind: .call) : nil, observed: pick([nil, true, false]),
            gap: chance(1, 2) ? pick(gaps) : nil)
    }

    private mutating func identification() -> GapIdentified {
        let metric = chance(2, 3) ? Metric(name: "m", baseline: pick([0, 0.1, 3]), target: pick([0.7, 10, -2])) : nil
        return GapIdentified(
            gap: pick(gaps), person: pick(people), cause: pick([.skill, .knowledge, .will]), metric: metric)
    }

    private mutating func request() -> TrainingRequested {
        TrainingRequested(
            request: RequestID(unchecked: "q"), requestedBy: pick(people), gap: chance(4, 5) ? pick(gaps) : nil)
    }

    private mutating func completion() -> TrainingCompleted {
        TrainingCompleted(
            person: pick(people), programme: pick(programmes), gap: chance(2, 3) ? pick(gaps) : nil,
            assignedBy: chance(1, 2) ? pick(people) : nil)
    }

    private mutating func anyIdentity() -> EventIdentity {
        events.randomElement(using: &random)?.identity ?? EventIdentity(source: "/z", id: "unknown")
    }

    /// A day up to `back` days ago, or a little ahead.
    private mutating func day(back: Int) -> Day {
        Self.today + Int.random(in: -back...10, using: &random)
    }

    private mutating func pick<Value>(_ values: [Value]) -> Value {
        values[Int.random(in: values.indices, using: &random)]
    }

    private mutating func chance(_ part: Int, _ whole: Int) -> Bool {
        Int.random(in: 0..<whole, using: &random) < part
    }
}
