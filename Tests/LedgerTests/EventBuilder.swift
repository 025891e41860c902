import Models

/// Events of one source with running ids, at noon of a day unless said otherwise.
struct EventBuilder {
    private(set) var count = 0
    let source: String

    init(source: String = "/test") { self.source = source }

    mutating func event(_ day: Day, _ payload: Payload, second: Int = 43_200) -> Event {
        count += 1
        return Event(
            identity: EventIdentity(source: source, id: "e\(count)"),
            time: Instant(startOf: day).adding(seconds: second), payload: payload)
    }

    mutating func person(
        _ person: String, from day: Day, manager: String? = nil, active: Bool = true
    ) -> Event {
        event(
            day,
            .personUpdated(
                PersonUpdated(
                    person: PersonID(unchecked: person), effectiveFrom: day, active: active,
                    manager: manager.map(PersonID.init(unchecked:)))))
    }

    mutating func coaching(_ person: String, by coach: String, on day: Day) -> Event {
        event(
            day,
            .coachingHeld(
                CoachingHeld(
                    person: PersonID(unchecked: person), by: .coach(PersonID(unchecked: coach)),
                    context: CoachingContext(kind: .call), observed: true)))
    }

    mutating func gap(_ gap: String, of person: String, on day: Day) -> Event {
        event(
            day,
            .gapIdentified(
                GapIdentified(gap: GapID(unchecked: gap), person: PersonID(unchecked: person), cause: .skill)))
    }

    mutating func request(by person: String, gap: String? = nil, on day: Day) -> Event {
        let request = RequestID(unchecked: "r\(count)")
        return event(
            day,
            .trainingRequested(
                TrainingRequested(
                    request: request, requestedBy: PersonID(unchecked: person), gap: gap.map(GapID.init(unchecked:)))))
    }

    mutating func contest(_ event: Event, by person: String, on day: Day) -> Event {
        self.event(
            day, .evidenceContested(EvidenceContested(event: event.identity, by: PersonID(unchecked: person))))
    }

    mutating func retraction(of event: Event, on day: Day) -> Event {
        self.event(day, .eventRetracted(EventRetracted(event: event.identity)))
    }
}
