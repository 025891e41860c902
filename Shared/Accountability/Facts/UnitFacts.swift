package import Models

/// Everything in force that the trials of one unit rest on: the facts about one person.
///
/// These are the coaching of the person, the roles they acknowledged, their job-tied completions, their gaps
/// (those whose winning identification names them) with all that happened on them, the training requests that
/// name such a gap, and the person's own requests that name no gap or one that nobody identified.
package struct UnitFacts: Sendable {
    package let person: PersonID
    /// The events that ``members`` are places in; shared by all units of an index.
    let store: [Event]
    let members: ArraySlice<UnitIndex.Member>

    init(person: PersonID, store: [Event], members: ArraySlice<UnitIndex.Member>) {
        self.person = person
        self.store = store
        self.members = members
    }

    /// Sorts the unit's facts out of more.
    ///
    /// - Parameter events: In force, each once, in any order: at least the events that name the person; all events
    ///   of every gap that any identification of theirs names; the requests by the person, and the identifications
    ///   of the gaps that these name.
    package init(person: PersonID, events: [Event]) {
        self = UnitIndex(events).facts(of: person)
    }

    /// Takes facts that are known to be one unit's.
    ///
    /// - Parameters:
    ///   - person: The only one whom any identification of any of the gaps names.
    ///   - events: In force, each once, in any order: what is about the person, and all events of their gaps. A request
    ///     that names a gap of theirs whose identifications are not in force is the requester's by the letter; here it
    ///     gives the same trial to the same manager.
    package init(sole person: PersonID, events: [Event]) {
        var identifications: [(gap: GapID, event: Int)] = []
        var members: [UnitIndex.Member] = []
        members.reserveCapacity(events.count)
        for index in events.indices {
            guard case .gapIdentified(let data) = events[index].payload else {
                members.append(UnitIndex.Member(unit: 0, event: index))
                continue
            }
            // The smallest identification wins. Few gaps a unit, so a list is searched faster than a dictionary.
            if let other = identifications.firstIndex(where: { $0.gap == data.gap }) {
                if events[index].order < events[identifications[other].event].order {
                    identifications[other].event = index
                }
            } else {
                identifications.append((data.gap, index))
            }
        }
        for identification in identifications {
            members.append(UnitIndex.Member(unit: 0, event: identification.event))
        }
        self.init(person: person, store: events, members: members[...])
    }

    /// The unit's events, in the order of the index.
    package var events: [Event] { members.map { store[$0.event] } }
}
