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

    /// The unit's events, in the order of the index.
    package var events: [Event] { members.map { store[$0.event] } }
}
