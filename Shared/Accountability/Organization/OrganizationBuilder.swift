package import Models

/// Collects the facts that make up an ``Organization``.
package struct OrganizationBuilder: Sendable {
    private struct Absence: Sendable {
        let person: Int
        let days: DayRange
    }

    private struct Definition: Sendable {
        let role: Int
        let definition: RoleDefinition
    }

    private(set) var people: Interner<PersonID>
    private(set) var roles: Interner<RoleID>
    private var assignments: [Assignment] = []
    private var absences: [Absence] = []
    private var definitions: [Definition] = []

    package init() {
        self.init(people: Interner(), roles: Interner())
    }

    /// - Parameters:
    ///   - people: Who has a place already.
    ///   - roles: Which have a place already.
    init(people: Interner<PersonID>, roles: Interner<RoleID>) {
        self.people = people
        self.roles = roles
    }

    mutating func place(of person: PersonID) -> Int {
        people.place(of: person)
    }

    mutating func place(of role: RoleID) -> Int {
        roles.place(of: role)
    }

    /// - Parameter event: In force, in any order, each once; others than assignments, absences and role definitions are
    ///   passed over.
    package mutating func read(_ event: Event) {
        switch event.payload {
        case .personUpdated(let update):
            let person = people.place(of: update.person)
            let manager = update.manager.map { people.place(of: $0) } ?? -1
            assignments.append(
                Assignment(
                    person: person, from: update.effectiveFrom.number, isActive: update.active,
                    manager: manager == person ? -1 : manager, role: update.role.map { roles.place(of: $0) } ?? -1,
                    evidence: event.order))
        case .absenceRecorded(let absence):
            let days = DayRange(first: absence.from.number, last: absence.to.number)
            absences.append(Absence(person: people.place(of: absence.person), days: days))
        case .roleDefined(let role):
            let definition = RoleDefinition(
                effectiveFrom: role.effectiveFrom.number, hasExpectations: !role.expectations.isEmpty,
                evidence: event.order)
            definitions.append(Definition(role: roles.place(of: role.role), definition: definition))
        default:
            break
        }
    }

    /// The rows of some people and roles, by place: of each that was read something of.
    func rows() -> (
        assignments: [Int: [Assignment]], absences: [Int: [DayRange]], definitions: [Int: [RoleDefinition]]
    ) {
        (
            Dictionary(grouping: assignments, by: \.person).mapValues {
                Self.latest($0[...], from: \.from, order: \.evidence)
            },
            Dictionary(grouping: absences, by: \.person).mapValues { DayRange.merged($0.map(\.days)) },
            Dictionary(grouping: definitions, by: \.role).mapValues {
                Self.latest($0.map(\.definition)[...], from: \.effectiveFrom, order: \.evidence)
            }
        )
    }

    func assignmentsByPerson() -> Ragged<Assignment> {
        let unsorted = Ragged(rows: people.values.count, assignments) { $0.person }
        var sorted = Ragged<Assignment>()
        for person in people.values.indices {
            sorted.append(row: Self.latest(unsorted[person], from: \.from, order: \.evidence))
        }
        return sorted
    }

    func absencesByPerson() -> Ragged<DayRange> {
        let unmerged = Ragged(rows: people.values.count, absences) { $0.person }
        var merged = Ragged<DayRange>()
        for person in people.values.indices { merged.append(row: DayRange.merged(unmerged[person].map(\.days))) }
        return merged
    }

    func definitionsByRole() -> Ragged<RoleDefinition> {
        let unsorted = Ragged(rows: roles.values.count, definitions) { $0.role }
        var sorted = Ragged<RoleDefinition>()
        for role in roles.values.indices {
            sorted.append(
                row: Self.latest(unsorted[role].map(\.definition)[...], from: \.effectiveFrom, order: \.evidence))
        }
        return sorted
    }

    /// In ascending order of days; of several from one day, the one that is greatest in the order of events.
    static func latest<Element>(
        _ elements: ArraySlice<Element>, from: (Element) -> Int, order: (Element) -> EventOrder
    ) -> [Element] {
        let sorted = elements.sorted { left, right in
            from(left) == from(right) ? order(left) < order(right) : from(left) < from(right)
        }
        var latest: [Element] = []
        for element in sorted {
            if let last = latest.last, from(last) == from(element) { latest.removeLast() }
            latest.append(element)
        }
        return latest
    }
}
