import Models

/// Which events count at a day, by the letter of `events.md`.
struct NaiveCorrections {
    /// Retractions, contests and resolutions themselves left out.
    let inForce: [Event]

    init(events: [Event], today: Day) {
        // By any retraction, of whatever day; nothing takes a retraction back.
        let retracted = Set(
            events.compactMap { event -> EventIdentity? in
                if case .eventRetracted(let data) = event.payload { data.event } else { nil }
            })
        // Of the contests and resolutions up to today that count themselves, the greatest decides.
        var suspended: [EventIdentity: Bool] = [:]
        for event in events.filter({ $0.payload.target != nil }).sorted(by: Event.precedes)
        where event.day <= today && !retracted.contains(event.identity) {
            switch event.payload {
            case .evidenceContested(let data): suspended[data.event] = true
            case .evidenceResolved(let data): suspended[data.event] = data.decision == .removed
            default: continue
            }
        }
        inForce = events.filter { event in
            event.payload.target == nil && event.day <= today && !Self.isPersonal(event)
                && !retracted.contains(event.identity) && suspended[event.identity] != true
        }
    }

    private static func isPersonal(_ event: Event) -> Bool {
        switch event.payload {
        case .learningRecorded: true
        case .trainingCompleted(let data):
            data.gap == nil && data.expectation == nil && (data.assignedBy == nil || data.assignedBy == data.person)
        default: false
        }
    }
}
