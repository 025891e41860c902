import Accountability
import EventLog
import Models
import Postgres

extension BulkMoment {
    /// Units loaded together where they are loaded one by one.
    static let chunk = 250
    /// Persons or events looked up at a time.
    private static let lookUp = 1_000

    /// At least everything that some units' trials rest on, each event once, whether it counts or not.
    func events(of units: some Collection<PersonID>) async throws -> [Event] {
        let units = Set(units)
        let own = try await lead.pipeline([FactStatements.own(Array(units), organization: organization)])[0]
        let ownTail = tail.map(\.event).filter { event in
            if case .trainingRequested(let data) = event.payload { return units.contains(data.requestedBy) }
            return event.payload.person.map(units.contains) ?? false
        }
        var gaps = try FactRow.gaps(own)
        for event in ownTail where event.type == .gapIdentified || event.type == .trainingRequested {
            if let gap = event.payload.gap { gaps.insert(gap) }
        }
        var results = [own]
        if !gaps.isEmpty {
            results += try await lead.pipeline([FactStatements.gaps(Array(gaps), organization: organization)])
        }
        let ofGaps = tail.map(\.event).filter { $0.payload.gap.map(gaps.contains) ?? false }
        var seen: Set<EventIdentity> = []
        return (try FactRow.events(results) + ownTail + ofGaps).filter { seen.insert($0.identity).inserted }
    }

    /// Those of some events that count.
    func inForce(_ events: [Event], _ history: BulkHistory) async throws -> [Event] {
        guard let knownAt = history.knownAt else { return events.filter { history.corrections.inForce($0) } }
        let statement = FactStatements.known(
            events.map(\.identity.hash), recordedAfter: knownAt, organization: organization)
        var later = Set(try await lead.pipeline([statement])[0].map { row throws(PostgresError) in try row.uuid(0) })
        for recorded in tail where recorded.recorded > knownAt { later.insert(recorded.hash) }
        return events.filter { history.corrections.inForce($0) && !later.contains($0.identity.hash) }
    }

    /// The events of these identities, in force or not.
    func events(_ identities: Set<EventIdentity>) async throws -> [EventIdentity: Event] {
        var events: [EventIdentity: Event] = [:]
        let hashes = identities.map(\.hash)
        for start in stride(from: 0, to: hashes.count, by: Self.lookUp) {
            let some = Array(hashes[start..<min(start + Self.lookUp, hashes.count)])
            let rows = try await lead.pipeline([FactStatements.events(some, organization: organization)])
            for event in try FactRow.events(rows) { events[event.identity] = event }
        }
        for recorded in tail where identities.contains(recorded.event.identity) {
            events[recorded.event.identity] = recorded.event
        }
        return events
    }

    /// What some people are called on the history's day.
    func names(of people: some Sequence<PersonID>, _ history: BulkHistory) async throws -> PersonNames {
        let people = Array(Set(people))
        var names = PersonNames.none
        for start in stride(from: 0, to: people.count, by: Self.lookUp) {
            let some = Set(people[start..<min(start + Self.lookUp, people.count)])
            let statement = FactStatements.assignments(of: Array(some), organization: organization)
            var events = try FactRow.events(try await lead.pipeline([statement]))
            events += tail.lazy.map(\.event).filter { event in
                if case .personUpdated(let data) = event.payload { some.contains(data.person) } else { false }
            }
            names.formUnion(PersonNames(try await inForce(events, history), asOf: history.day))
        }
        return names
    }
}
