package import Models

/// Which units' contributions an event can change: all of them, and few more.
///
/// Some follow from the event alone. Others depend on which gaps were identified for whom and requested by whom;
/// ``units(identified:requesters:requestedGaps:)`` finds them among the facts. What an assignment, absence or role
/// definition touches depends on everybody's organisation: see ``OrganizationChange``.
package struct Touch: Hashable, Sendable {
    /// Units.
    package private(set) var people: Set<PersonID> = []
    /// Gaps that touch the unit of everybody whom any identification of them names.
    package private(set) var gaps: Set<GapID> = []
    /// Gaps whose requests may move from unit to unit: they touch everybody who requests training for them.
    package private(set) var requestedGaps: Set<GapID> = []
    /// People whose requests are judged anew: they touch their own unit, and that of everybody whom an identification
    /// of a gap they name in a request names.
    package private(set) var requesters: Set<PersonID> = []

    package init() {}

    /// - Parameters:
    ///   - event: What was added to the facts, in force or not.
    ///   - target: Finds an event among the facts, in force or not; asked for what corrections name.
    package init(_ event: Event, target: (EventIdentity) -> Event?) {
        switch event.payload {
        case .coachingHeld(let data):
            people = [data.person]
        case .expectationAcknowledged(let data):
            people = [data.person]
        case .trainingCompleted(let data):
            people = data.isTiedToJob ? [data.person] : []
        case .gapIdentified(let data):
            people = [data.person]
            gaps = [data.gap]
            requestedGaps = [data.gap]
        case .gapAction(let data):
            gaps = [data.gap]
        case .gapClosed(let data):
            gaps = [data.gap]
        case .behaviourObserved(let data):
            gaps = [data.gap]
        case .outcomeMeasured(let data):
            gaps = [data.gap]
        case .trainingRequested(let data):
            people = [data.requestedBy]
            if let gap = data.gap { gaps = [gap] }
        case .eventRetracted(let data):
            guard let named = target(data.event), named.type != .eventRetracted else { return }
            self = Touch(named, target: target)
        case .evidenceContested(let data):
            guard let named = target(data.event), named.payload.target == nil else { return }
            self = Touch(named, target: target)
        case .evidenceResolved(let data):
            guard let named = target(data.event), named.payload.target == nil else { return }
            self = Touch(named, target: target)
        case .personUpdated, .roleDefined, .absenceRecorded, .conversationHeld, .feedbackGiven, .learningRecorded:
            break
        }
    }

    init(people: Set<PersonID>, requesters: Set<PersonID>) {
        self.people = people
        self.requesters = requesters
    }

    package mutating func formUnion(_ other: Touch) {
        people.formUnion(other.people)
        gaps.formUnion(other.gaps)
        requestedGaps.formUnion(other.requestedGaps)
        requesters.formUnion(other.requesters)
    }

    package var isEmpty: Bool { self == Touch() }

    /// The units, with the facts' help. All facts count, in force or not.
    ///
    /// - Parameters:
    ///   - identified: Everybody whom any identification of a gap names.
    ///   - requesters: Everybody who requests training and names the gap.
    ///   - requestedGaps: The gaps that a person's training requests name.
    package func units(
        identified: (GapID) -> some Sequence<PersonID>, requesters requestersNaming: (GapID) -> some Sequence<PersonID>,
        requestedGaps gapsNamed: (PersonID) -> some Sequence<GapID>
    ) -> Set<PersonID> {
        var units = people.union(requesters)
        for gap in gaps { units.formUnion(identified(gap)) }
        for gap in requestedGaps { units.formUnion(requestersNaming(gap)) }
        for requester in requesters {
            for gap in gapsNamed(requester) { units.formUnion(identified(gap)) }
        }
        return units
    }
}
