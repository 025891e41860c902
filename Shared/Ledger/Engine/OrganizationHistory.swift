import Accountability
package import Models

/// What all units of an organisation share, held in memory between batches: who reported to whom, who was away, what
/// the roles expect, and which events were corrected.
///
/// Valid as long as nobody else writes the organisation's facts (see ``WriterStatements``). A value: a transaction
/// works on its copy, which is kept only after the commit.
package struct OrganizationHistory: Sendable {
    /// Assignments, role definitions and absences, in force or not.
    private var events: [EventIdentity: Event] = [:]
    /// Retractions, contests and resolutions by the event they name, in force or not.
    private var corrections: [EventIdentity: [Event]] = [:]
    /// The event that each of the corrections names.
    private var targets: [EventIdentity: EventIdentity] = [:]
    /// The day as of which `organization` is built.
    private(set) var day: Day
    /// The organisation as of `day`.
    private(set) var organization: Organization

    package init(events: [Event], asOf day: Day) {
        self.day = day
        organization = Organization(events: [], asOf: day)
        _ = insert(events)
        build(asOf: day)
    }

    /// Remembers new events; ``build(asOf:)`` must follow where this returns true.
    ///
    /// - Returns: whether the organisation may have changed.
    mutating func insert(_ arrivals: [Event]) -> Bool {
        var changed = false
        for event in arrivals {
            switch event.payload {
            case .personUpdated, .roleDefined, .absenceRecorded:
                changed = events.updateValue(event, forKey: event.identity) == nil || changed
            default:
                guard let target = event.payload.target else { continue }
                if targets.updateValue(target, forKey: event.identity) == nil {
                    corrections[target, default: []].append(event)
                }
            }
        }
        return changed || arrivals.contains { events[subject(of: $0.identity)] != nil }
    }

    /// Builds the organisation as of a day, from the events in force then.
    mutating func build(asOf day: Day) {
        self.day = day
        organization = Organization(events: inForce(Array(events.values), asOf: day), asOf: day)
    }

    /// Those of the events that count at a day.
    func inForce(_ events: [Event], asOf day: Day) -> [Event] {
        let resolution = Corrections(corrections(of: events), asOf: day)
        return events.filter { resolution.inForce($0) }
    }

    /// The organisation's event with this identity, in force or not.
    func event(_ identity: EventIdentity) -> Event? {
        events[identity]
    }

    /// The event that an event bears on in the end: what a correction names, or what the named correction names;
    /// any other event itself.
    func subject(of identity: EventIdentity) -> EventIdentity {
        guard let target = targets[identity] else { return identity }
        return targets[target] ?? target
    }

    /// The corrections that name any of the events, and the corrections of those.
    private func corrections(of events: [Event]) -> [Event] {
        guard !corrections.isEmpty else { return [] }
        var found: [Event] = []
        for event in events {
            guard let direct = corrections[event.identity] else { continue }
            found += direct
            for correction in direct {
                found += corrections[correction.identity] ?? []
            }
        }
        return found
    }
}
