package import Models

/// Sorts events into units. Each event that scoring counts belongs to at most one person.
package struct UnitIndex: Sendable {
    struct Member: Sendable {
        let unit: Int
        /// The place in ``UnitIndex/events``.
        let event: Int
    }

    private let events: [Event]
    private let people: Interner<PersonID>
    private let members: Ragged<Member>
    /// Of each gap, the identification that wins: the smallest.
    private let identifications: [GapID: Int]

    /// - Parameter events: In force, each identity once, in any order. Organisation events and corrections are
    ///   passed over.
    package init(_ events: [Event]) {
        var identifications: [GapID: Int] = [:]
        for (index, event) in events.enumerated() {
            guard case .gapIdentified(let gap) = event.payload else { continue }
            if let other = identifications[gap.gap], events[other].order < event.order { continue }
            identifications[gap.gap] = index
        }
        var people = Interner<PersonID>()
        var members: [Member] = []
        members.reserveCapacity(events.count)
        for index in events.indices {
            guard let person = Self.unit(of: events[index], at: index, events, identifications) else { continue }
            members.append(Member(unit: people.place(of: person), event: index))
        }
        self.events = events
        self.people = people
        self.members = Ragged(rows: people.values.count, members) { $0.unit }
        self.identifications = identifications
    }

    /// The people who have facts, in the order in which they first come.
    package var units: [PersonID] { people.values }

    /// The facts of one unit; none where nothing is known about the person.
    package func facts(of person: PersonID) -> UnitFacts {
        guard let unit = people.places[person] else {
            return UnitFacts(person: person, store: [], members: [])
        }
        return facts(ofUnit: unit)
    }

    /// The facts of the unit at a place in ``units``.
    package func facts(ofUnit unit: Int) -> UnitFacts {
        UnitFacts(person: people.values[unit], store: events, members: members[unit])
    }

    /// Everybody whom the organisation or a fact names: people without facts still give trials.
    package func everybody(in organization: Organization) -> [PersonID] {
        organization.people + people.values.filter { organization.place(of: $0) < 0 }
    }

    /// Whose gap it is; `nil` where nobody identified it.
    package func person(of gap: GapID) -> PersonID? {
        identifications[gap].flatMap { Self.person(identified: events[$0]) }
    }

    private static func person(identified event: Event) -> PersonID? {
        guard case .gapIdentified(let gap) = event.payload else { return nil }
        return gap.person
    }

    /// The unit that an event belongs to; `nil` where no trial can rest on it.
    private static func unit(
        of event: Event, at index: Int, _ events: [Event], _ identifications: [GapID: Int]
    ) -> PersonID? {
        func person(of gap: GapID) -> PersonID? {
            identifications[gap].flatMap { Self.person(identified: events[$0]) }
        }
        switch event.payload {
        case .coachingHeld(let data): return data.person
        case .expectationAcknowledged(let data): return data.person
        case .trainingCompleted(let data): return data.isTiedToJob ? data.person : nil
        case .gapIdentified(let data): return identifications[data.gap] == index ? data.person : nil
        case .gapAction(let data): return person(of: data.gap)
        case .gapClosed(let data): return person(of: data.gap)
        case .behaviourObserved(let data): return person(of: data.gap)
        case .outcomeMeasured(let data): return person(of: data.gap)
        case .trainingRequested(let data): return data.gap.flatMap(person(of:)) ?? data.requestedBy
        case .personUpdated, .roleDefined, .absenceRecorded, .conversationHeld, .feedbackGiven, .learningRecorded,
            .eventRetracted, .evidenceContested, .evidenceResolved:
            return nil
        }
    }
}
