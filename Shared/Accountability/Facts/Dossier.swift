import Models

/// One unit's facts, read once into places and day numbers.
struct Dossier {
    /// Coaching by the manager who owned the person's performance on that day.
    struct Session {
        let day: Int
        let manager: Int
        let isSituational: Bool
        let gap: GapID?
        let evidence: EventOrder
    }

    struct OutsideCoaching {
        let day: Int
        let evidence: EventOrder
    }

    struct Acknowledgement {
        let role: RoleID
        let day: Int
        let evidence: EventOrder
    }

    struct Request {
        let requester: Int
        let day: Int
        /// The place in ``gaps``; `nil` where it names none, or one that nobody identified.
        let gap: Int?
        let evidence: EventOrder
    }

    struct Completion {
        let programme: ProgrammeID
        let day: Int
        /// The place in ``gaps``; `nil` where it names none of the person's.
        let gap: Int?
        let evidence: EventOrder
    }

    /// The person's place in the organisation; -1 where it doesn't know them.
    let person: Int
    /// Ascending by day.
    private(set) var sessions: [Session] = []
    private(set) var outsideCoaching: [OutsideCoaching] = []
    private(set) var acknowledgements: [Acknowledgement] = []
    private(set) var gaps: [GapPath] = []
    private(set) var requests: [Request] = []
    private(set) var completions: [Completion] = []
    private var gapPlaces: [GapID: Int] = [:]

    init(_ facts: UnitFacts, _ organization: Organization) {
        person = organization.place(of: facts.person)
        for member in facts.members {
            guard case .gapIdentified(let data) = facts.store[member.event].payload else { continue }
            gapPlaces[data.gap] = gaps.count
            gaps.append(GapPath(data, facts.store[member.event].order))
        }
        for member in facts.members { read(facts.store[member.event], organization) }
        sessions.sort { $0.day == $1.day ? $0.evidence < $1.evidence : $0.day < $1.day }
        for index in gaps.indices { gaps[index].finish() }
    }

    init(withoutFacts person: Int) {
        self.person = person
    }

    private mutating func read(_ event: Event, _ organization: Organization) {
        switch event.payload {
        case .coachingHeld(let data):
            readCoaching(data, event, organization)
        case .expectationAcknowledged(let data):
            acknowledgements.append(
                Acknowledgement(role: data.role, day: event.day.number, evidence: event.order))
        case .gapAction(let data):
            guard data.stage == .taken, let gap = gapPlaces[data.gap] else { return }
            gaps[gap].add(actionBy: organization.place(of: data.by), event.order)
        case .gapClosed(let data):
            guard let gap = gapPlaces[data.gap] else { return }
            gaps[gap].add(data.outcome, event.order)
        case .behaviourObserved(let data):
            guard let gap = gapPlaces[data.gap] else { return }
            gaps[gap].add(level: data.level, by: organization.place(of: data.observer), event.order)
        case .outcomeMeasured(let data):
            guard let gap = gapPlaces[data.gap] else { return }
            gaps[gap].add(value: data.value, event.order)
        case .trainingRequested(let data):
            add(data, event, organization)
        case .trainingCompleted(let data):
            completions.append(
                Completion(
                    programme: data.programme, day: event.day.number, gap: data.gap.flatMap { gapPlaces[$0] },
                    evidence: event.order))
        default:
            break
        }
    }

    mutating func add(_ data: TrainingRequested, _ event: Event, _ organization: Organization) {
        requests.append(
            Request(
                requester: organization.place(of: data.requestedBy), day: event.day.number,
                gap: data.gap.flatMap { gapPlaces[$0] }, evidence: event.order))
    }

    private mutating func readCoaching(_ data: CoachingHeld, _ event: Event, _ organization: Organization) {
        let day = event.day.number
        guard let coach = data.coach else {
            outsideCoaching.append(OutsideCoaching(day: day, evidence: event.order))
            return
        }
        let place = organization.place(of: coach)
        guard place >= 0, organization.manager(ofPlace: person, on: day) == place else { return }
        sessions.append(
            Session(
                day: day, manager: place, isSituational: data.isSituational, gap: data.gap, evidence: event.order))
    }
}
