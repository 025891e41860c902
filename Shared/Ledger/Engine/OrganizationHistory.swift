import Accountability
package import Models

/// What all units of an organisation share, held in memory between batches: who reported to whom, who was away, what
/// the roles expect, and which events were corrected.
///
/// Valid as long as nobody else writes the organisation's facts (see ``WriterStatements``). A value: a transaction
/// works on its copy, which is kept only after the commit; a copy shares what doesn't change, so that one event costs
/// its own work and not everybody's.
package struct OrganizationHistory: Sendable {
    /// Whom or what an event of the organisation is about.
    private enum Topic: Hashable {
        case person(PersonID)
        case role(RoleID)

        /// - Returns: nil where the event is none of the organisation's.
        init?(_ payload: Payload) {
            switch payload {
            case .personUpdated(let update): self = .person(update.person)
            case .absenceRecorded(let absence): self = .person(absence.person)
            case .roleDefined(let definition): self = .role(definition.role)
            default: return nil
            }
        }
    }

    /// Assignments and absences by person, definitions by role, in force or not.
    private var events = Layered<Topic, [Event]>()
    /// What each of the organisation's events is about.
    private var topics = Layered<EventIdentity, Topic>()
    /// Retractions, contests and resolutions by the event they name, in force or not.
    private var corrections = Layered<EventIdentity, [Event]>()
    /// The event that each of the corrections names.
    private var targets = Layered<EventIdentity, EventIdentity>()
    /// The day as of which `organization` is built.
    private(set) var day: Day
    /// The organisation as of `day`.
    private(set) var organization: Organization

    package init(events: [Event], asOf day: Day) {
        self.day = day
        organization = Organization(events: [], asOf: day)
        _ = keep(events)
        var all: [Event] = []
        for (_, events) in self.events.entries { all += events }
        organization = Organization(events: inForce(all, asOf: day), asOf: day)
    }

    /// Takes new events in, each once, and brings the organisation in line.
    mutating func insert(_ arrivals: [Event]) -> OrganizationChange {
        let changed = keep(arrivals)
        return changed.isEmpty ? OrganizationChange() : update(changed)
    }

    /// Moves to another day: what comes into force, or falls out of it, in between, is brought in line.
    mutating func move(to other: Day) {
        guard other != day else { return }
        let between = (min(day, other) + 1)...max(day, other)
        day = other
        var changed: Set<Topic> = []
        for (topic, events) in events.entries where events.contains(where: { between.contains($0.day) }) {
            changed.insert(topic)
        }
        for (target, corrections) in corrections.entries where corrections.contains(where: { between.contains($0.day) })
        {
            if let topic = topics[subject(of: target)] { changed.insert(topic) }
        }
        _ = update(changed)
    }

    /// Those of the events that count at a day.
    func inForce(_ events: [Event], asOf day: Day) -> [Event] {
        let resolution = Corrections(corrections(of: events), asOf: day)
        return events.filter { resolution.inForce($0) }
    }

    /// The contests of some days, in force or not.
    func contests(on days: ClosedRange<Day>) -> [Event] {
        corrections.entries.flatMap { _, corrections in
            corrections.filter { $0.type == .evidenceContested && days.contains($0.day) }
        }
    }

    /// The contests that name any of the events, in force or not.
    func contests(of events: [Event]) -> [Event] {
        events.flatMap { event in
            (corrections[event.identity] ?? []).filter { $0.type == .evidenceContested }
        }
    }

    /// Whether one event counts at ``day``.
    func inForce(_ event: Event) -> Bool {
        // Few events are ever corrected.
        if corrections[event.identity] == nil { return event.day <= day }
        return Corrections(corrections(of: [event]), asOf: day).inForce(event)
    }

    /// The event that an event bears on in the end: what a correction names, or what the named correction names;
    /// any other event itself.
    func subject(of identity: EventIdentity) -> EventIdentity {
        guard let target = targets[identity] else { return identity }
        return targets[target] ?? target
    }

    /// Remembers new events.
    ///
    /// - Returns: what of the organisation they are about.
    private mutating func keep(_ arrivals: [Event]) -> Set<Topic> {
        var kept: [EventIdentity] = []
        for event in arrivals {
            if let topic = Topic(event.payload) {
                guard topics[event.identity] == nil else { continue }
                topics.set(topic, for: event.identity)
                events.set((events[topic] ?? []) + [event], for: topic)
            } else if let target = event.payload.target {
                guard targets[event.identity] == nil else { continue }
                targets.set(target, for: event.identity)
                corrections.set((corrections[target] ?? []) + [event], for: target)
            } else {
                continue
            }
            kept.append(event.identity)
        }
        // Only now: an event may arrive together with its correction, in any order.
        return Set(kept.compactMap { topics[subject(of: $0)] })
    }

    private mutating func update(_ changed: Set<Topic>) -> OrganizationChange {
        var people: [PersonID: [Event]] = [:]
        var roles: [RoleID: [Event]] = [:]
        for topic in changed {
            let counting = inForce(events[topic] ?? [], asOf: day)
            switch topic {
            case .person(let person): people[person] = counting
            case .role(let role): roles[role] = counting
            }
        }
        return organization.update(people: people, roles: roles, asOf: day)
    }

    /// The corrections that name any of the events, and the corrections of those.
    private func corrections(of events: [Event]) -> [Event] {
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
