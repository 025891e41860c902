import Models
import Support

/// A small organisation in which everything happens, in any order: moves, leavers, cycles, leave, gaps that two people
/// claim, requests before their gaps, corrections of corrections, facts of days to come.
struct RandomOrganization {
    private var random: SplitMix
    private var builder = EventBuilder(source: "/random")
    private let today: Day
    private let people: [PersonID]
    private let gaps: [GapID]
    /// Whom everything but an assignment names.
    private let busy: [PersonID]
    /// Whose each gap is, whoever identifies it; nil where it is anybody's.
    private let owners: [GapID: PersonID]?
    private let hasNews: Bool
    private let roles = (0..<2).map { RoleID(unchecked: "r\($0)") }
    private(set) var events: [Event] = []

    /// - Parameters:
    ///   - isOrderly: More people, some of them named by assignments alone, and no gap of two persons: units are then
    ///     computed apart from each other.
    ///   - hasNews: Whether every other contest is of the last days, in which it is news.
    init(seed: UInt64, today: Day, events count: Int, isOrderly: Bool = false, hasNews: Bool = false) {
        self.hasNews = hasNews
        random = SplitMix(seed: seed)
        self.today = today
        people = (0..<(isOrderly ? 14 : 8)).map { PersonID(unchecked: "p\($0)") }
        busy = isOrderly ? Array(people[..<11]) : people
        gaps = (0..<(isOrderly ? 10 : 6)).map { GapID(unchecked: "g\($0)") }
        owners = isOrderly ? Dictionary(uniqueKeysWithValues: zip(gaps, busy)) : nil
        while events.count < count { events.append(next()) }
        events.shuffle(using: &random)
    }

    private mutating func next() -> Event {
        // Mostly of the window, some of long ago, a few of days to come.
        let day = today - Int.random(in: -5...(Bool.random(using: &random) ? 60 : 300), using: &random)
        let payload = payload(day)
        if hasNews, case .evidenceContested = payload, Bool.random(using: &random) {
            let recent = today - Int.random(in: -2...12, using: &random)
            return builder.event(recent, payload, second: Int.random(in: 0..<86_400, using: &random))
        }
        return builder.event(day, payload, second: Int.random(in: 0..<86_400, using: &random))
    }

    private mutating func payload(_ day: Day) -> Payload {
        let person = one(busy)
        let other = one(busy)
        let gap = one(gaps)
        switch Int.random(in: 0..<24, using: &random) {
        case 0...4:
            // Mostly of the past, now and then of days to come.
            let from = day - Int.random(in: -15...200, using: &random)
            return .personUpdated(
                PersonUpdated(
                    person: one(people), effectiveFrom: from, active: Int.random(in: 0..<6, using: &random) > 0,
                    manager: Int.random(in: 0..<5, using: &random) > 0 ? other : nil, role: one(roles)))
        case 5:
            return .roleDefined(
                RoleDefined(
                    role: one(roles), effectiveFrom: day - Int.random(in: 0...100, using: &random),
                    expectations: Bool.random(using: &random)
                        ? [Expectation(id: ExpectationID(unchecked: "x"), statement: "s")] : []))
        case 6:
            return .absenceRecorded(
                AbsenceRecorded(person: person, from: day, to: day + Int.random(in: 0...20, using: &random)))
        case 7: return .expectationAcknowledged(ExpectationAcknowledged(person: person, role: one(roles)))
        case 8...9:
            return .gapIdentified(
                GapIdentified(
                    gap: gap, person: owners?[gap] ?? person, cause: Bool.random(using: &random) ? .skill : .process,
                    metric: Bool.random(using: &random) ? Metric(name: "m", baseline: 0.1, target: 0.7) : nil))
        case 10: return .gapAction(GapAction(gap: gap, by: other, kind: .coaching, stage: .taken))
        case 11: return .gapClosed(GapClosed(gap: gap, outcome: one([.closed, .withdrawn, .roleChanged])))
        case 12:
            return .behaviourObserved(
                BehaviourObserved(gap: gap, observer: other, level: Double(Int.random(in: 0...4, using: &random))))
        case 13: return .outcomeMeasured(OutcomeMeasured(gap: gap, value: Double.random(in: 0...1, using: &random)))
        case 14...16:
            return .coachingHeld(
                CoachingHeld(
                    person: person, by: .coach(other), context: CoachingContext(kind: .call),
                    observed: Bool.random(using: &random), gap: Bool.random(using: &random) ? gap : nil))
        case 17: return .coachingHeld(CoachingHeld(person: person, by: .provider(kind: .external, name: nil)))
        case 18...19:
            return .trainingRequested(
                TrainingRequested(
                    request: RequestID(unchecked: "q"), requestedBy: person,
                    gap: Bool.random(using: &random) ? gap : nil))
        case 20:
            return .trainingCompleted(
                TrainingCompleted(
                    person: person, programme: ProgrammeID(unchecked: "c"),
                    gap: Bool.random(using: &random) ? gap : nil, assignedBy: other))
        case 21:
            return .eventRetracted(EventRetracted(event: anyIdentity()))
        case 22:
            return .evidenceContested(EvidenceContested(event: anyIdentity(), by: person))
        default:
            return .evidenceResolved(
                EvidenceResolved(event: anyIdentity(), decision: one([.stands, .removed]), by: other))
        }
    }

    /// Of an event that was or will be made; of a correction, too.
    private mutating func anyIdentity() -> EventIdentity {
        EventIdentity(source: "/random", id: "e\(Int.random(in: 1...(builder.count + 10), using: &random))")
    }

    private mutating func one<Value>(_ values: [Value]) -> Value {
        values[Int.random(in: 0..<values.count, using: &random)]
    }
}
