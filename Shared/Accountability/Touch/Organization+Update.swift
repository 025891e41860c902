package import Models

extension Organization {
    /// Brings the organisation in line with what changed, as building it anew would, in time that follows the change:
    /// those whose facts changed, and those whose way to a manager leads through them.
    ///
    /// - Parameters:
    ///   - people: Whose assignments or absences changed, with all of these that are in force at `asOf`.
    ///   - roles: Whose definitions changed, with all of these that are in force at `asOf`.
    ///   - asOf: The scored day from now on.
    /// - Returns: What is different. Of another scored day, only what these events make different: the day itself
    ///   moves everybody's window.
    package mutating func update(
        people changedPeople: [PersonID: [Event]], roles changedRoles: [RoleID: [Event]], asOf: Day
    ) -> OrganizationChange {
        self.asOf = asOf
        guard !changedPeople.isEmpty || !changedRoles.isEmpty else { return OrganizationChange() }
        var links = links ?? Links(self)
        self.links = nil
        defer { self.links = links }

        var builder = OrganizationBuilder(people: interned, roles: internedRoles)
        for event in changedPeople.values.joined() { builder.read(event) }
        for event in changedRoles.values.joined() { builder.read(event) }
        let places = changedPeople.keys.map { builder.place(of: $0) }
        let rolePlaces = changedRoles.keys.map { builder.place(of: $0) }
        interned = builder.people
        internedRoles = builder.roles
        let rows = builder.rows()

        let rolesToday = Dictionary(places.map { ($0, clarityFact(of: $0)) }) { first, _ in first }
        var change = OrganizationChange()
        for role in rolePlaces {
            let before = meaning(ofRole: role)
            definitions.replace(row: role, with: rows.definitions[role] ?? [])
            if meaning(ofRole: role) != before { change.roles.insert(role) }
        }
        var reassigned: [Int] = []
        for place in places {
            let absent = rows.absences[place] ?? []
            let days = DayRange.differing(Array(absences[place]), absent)
            if !days.isEmpty {
                change.absent[place] = OrganizationChange.Absence(
                    days: days, total: DayRange.merged(Array(absences[place]) + absent).reduce(0) { $0 + $1.count })
                absences.replace(row: place, with: absent)
            }
            let assigned = rows.assignments[place] ?? []
            if links.assign(assigned, to: place, before: assignments[place]) { reassigned.append(place) }
            assignments.replace(row: place, with: assigned)
        }
        for place in places where clarityFact(of: place) != rolesToday[place] { change.cleared.insert(place) }
        move(links.led(through: reassigned).union(places), &links, &change)
        return change
    }

    /// Resolves the managers of some people anew.
    private mutating func move(_ people: Set<Int>, _ links: inout Links, _ change: inout OrganizationChange) {
        var resolver = TenureResolver(assignments, links.presence, people: interned.values.count)
        var left: [Int: Set<Int>] = [:]
        var came: [Int: [Tenure]] = [:]
        for person in people {
            let new = resolver.tenures(of: person)
            let old = Array(tenures[person])
            guard new != old else { continue }
            tenures.replace(row: person, with: new)
            change.moved[person] = Tenure.differing(old, new)
            for tenure in old { left[tenure.manager, default: []].insert(person) }
            for tenure in new { came[tenure.manager, default: []].append(tenure) }
        }
        for manager in Set(left.keys).union(came.keys) {
            let gone = left[manager] ?? []
            let reports = links.reports[manager].filter { !gone.contains($0.person) } + (came[manager] ?? [])
            links.reports.replace(row: manager, with: reports)
            let days = DayRange.merged(reports.map(\.days))
            if days != Array(reporting[manager]) {
                reporting.replace(row: manager, with: days)
                change.requesters.insert(manager)
            }
        }
    }

    private struct ClarityFact: Hashable {
        let isActive: Bool
        let role: Int
    }

    /// What of a person's assignment on the scored day clarity rests on.
    private func clarityFact(of place: Int) -> ClarityFact? {
        assignment(ofPlace: place, on: asOf.number).map { ClarityFact(isActive: $0.isActive, role: $0.role) }
    }

    private struct RoleMeaning: Hashable {
        let effectiveFrom: Int
        let hasExpectations: Bool
    }

    /// What of a role's definition on the scored day clarity rests on.
    private func meaning(ofRole role: Int) -> RoleMeaning? {
        definition(ofRole: role, on: asOf.number).map {
            RoleMeaning(effectiveFrom: $0.effectiveFrom, hasExpectations: $0.hasExpectations)
        }
    }
}

extension DayRange {
    /// The days that are in one of two lists only; each list is ascending and disjoint.
    static func differing(_ left: [DayRange], _ right: [DayRange]) -> [DayRange] {
        left == right ? [] : merged(left.flatMap { $0.without(right) } + right.flatMap { $0.without(left) })
    }
}

extension Tenure {
    /// The days on which two resolutions of one person name different managers, ascending and disjoint.
    fileprivate static func differing(_ left: [Tenure], _ right: [Tenure]) -> [DayRange] {
        func days(of one: [Tenure], notIn other: [Tenure]) -> [DayRange] {
            one.flatMap { tenure in
                tenure.days.without(other.lazy.filter { $0.manager == tenure.manager }.map(\.days))
            }
        }
        return DayRange.merged(days(of: left, notIn: right) + days(of: right, notIn: left))
    }
}
