package import Models

/// Who was ever named as whose manager, and who ever had which role, by any assignment that was ever received,
/// in force or not.
///
/// Resolution and chains only follow these edges, so they bound whom a change of the organisation can reach.
package struct ReportingHistory: Sendable {
    private var people = Interner<PersonID>()
    private var reports: [Set<Int>] = []
    private var managers: [Set<Int>] = []
    private var holders: [RoleID: Set<Int>] = [:]

    package init() {}

    /// - Parameter events: Assignments in any order, with any number of duplicates; others are passed over.
    package init(_ events: some Sequence<Event>) {
        for event in events { insert(event) }
    }

    package mutating func insert(_ event: Event) {
        guard case .personUpdated(let update) = event.payload else { return }
        let person = place(of: update.person)
        if let role = update.role { holders[role, default: []].insert(person) }
        guard let named = update.manager, named != update.person else { return }
        let manager = place(of: named)
        reports[manager].insert(person)
        managers[person].insert(manager)
    }

    /// The person and everybody ever below, through any number of levels.
    package func below(_ person: PersonID) -> Set<PersonID> {
        closure(of: person, reports)
    }

    /// The person and everybody ever above, through any number of levels.
    package func above(_ person: PersonID) -> Set<PersonID> {
        closure(of: person, managers)
    }

    /// Everybody whom an assignment ever gave the role.
    package func holders(of role: RoleID) -> Set<PersonID> {
        Set((holders[role] ?? []).map { people.values[$0] })
    }

    private mutating func place(of person: PersonID) -> Int {
        let place = people.place(of: person)
        if place == reports.count {
            reports.append([])
            managers.append([])
        }
        return place
    }

    private func closure(of person: PersonID, _ edges: [Set<Int>]) -> Set<PersonID> {
        guard let start = people.places[person] else { return [person] }
        var reached: Set<Int> = [start]
        var open = [start]
        while let next = open.popLast() {
            for neighbour in edges[next] where reached.insert(neighbour).inserted { open.append(neighbour) }
        }
        return Set(reached.map { people.values[$0] })
    }
}
