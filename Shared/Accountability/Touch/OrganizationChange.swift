package import Models

/// What an update of an ``Organization`` made different, and whose contributions that can change.
///
/// Three ways lead from it to units. A person's own managers, absence and role are their own unit's. A manager's
/// absence moves what is due for the people who were theirs. And what changes above a person matters to the person's
/// gaps on the days on which these climb: see ``isClimbed(by:identified:in:policy:)``. A manager who moves with a span of 2,000
/// therefore touches those of them whose gap climbed on the days that changed, not 2,000.
package struct OrganizationChange: Sendable {
    struct Absence: Sendable {
        /// The days that were added or taken away, ascending and disjoint.
        let days: [DayRange]
        /// How many days of absence there are before or after the change.
        let total: Int
    }

    /// Who has another manager than before, and on which days; by place.
    var moved: [Int: [DayRange]] = [:]
    var absent: [Int: Absence] = [:]
    /// People whose role on the scored day, or whether it counts, is another.
    var cleared: Set<Int> = []
    /// Roles that mean something else to clarity on the scored day.
    var roles: Set<Int> = []
    /// People who are somebody's manager on other days than before.
    var requesters: Set<Int> = []

    package init() {}

    package var isEmpty: Bool {
        moved.isEmpty && absent.isEmpty && cleared.isEmpty && roles.isEmpty && requesters.isEmpty
    }

    /// What the change touches by itself. The people whose gaps climbed through it are not among them.
    ///
    /// - Parameter organization: As it is after the change.
    package func touch(in organization: Organization) -> Touch {
        let today = organization.asOf.number
        var touched = cleared.union(absent.keys)
        for (person, days) in moved where days.contains(where: { $0.first <= today }) { touched.insert(person) }
        for (manager, absence) in absent {
            for tenure in organization.links?.reports[manager] ?? [] where tenure.first <= today {
                // What falls due after the scored day is put off by absence after it.
                let days = DayRange(
                    first: tenure.first, last: tenure.last < today ? tenure.last : Tenure.endless)
                if absence.days.contains(where: { $0.intersection(days) != nil }) { touched.insert(tenure.person) }
            }
        }
        if !roles.isEmpty {
            for person in organization.people.indices {
                guard let assignment = organization.assignment(ofPlace: person, on: today), assignment.isActive,
                    roles.contains(assignment.role)
                else { continue }
                touched.insert(person)
            }
        }
        func identifiers(_ places: Set<Int>) -> Set<PersonID> { Set(places.map { organization.people[$0] }) }
        return Touch(people: identifiers(touched), requesters: identifiers(requesters))
    }

    /// The days, ascending and disjoint, on which a gap that climbed may have climbed through the change: only the
    /// gaps of these days are to be asked for. Empty where nobody is below those whom the change is about.
    package func climbDays(in organization: Organization, policy: Policy) -> [ClosedRange<Day>] {
        let today = organization.asOf.number
        var days: [DayRange] = []
        for (person, changed) in moved where organization.isLeader(person) { days += changed }
        for (person, absence) in absent where organization.isLeader(person) {
            days += absence.days.map { Self.climbs(before: $0, absence, policy) }
        }
        // No gap climbs before the first day that there is; of what lies before it, databases may know nothing.
        let known = DayRange(first: Day.first.number, last: today)
        return DayRange.merged(days.compactMap { $0.intersection(known) })
            .map { Day(number: $0.first)...Day(number: $0.last) }
    }

    /// The people who are, or were, below those whom the change is about, on any day and through any number of levels:
    /// nobody else's gaps climbed through it. `nil` where they are more than `limit`.
    package func peopleBelow(in organization: Organization, limit: Int) -> Set<PersonID>? {
        guard let links = organization.links else { return [] }
        var open = moved.keys.filter(organization.isLeader) + absent.keys.filter(organization.isLeader)
        var reached: Set<Int> = []
        while let next = open.popLast() {
            for tenure in links.reports[next] where reached.insert(tenure.person).inserted {
                open.append(tenure.person)
            }
            if reached.count > limit { return nil }
        }
        return Set(reached.map { organization.people[$0] })
    }

    /// Whether a gap of the person, identified on a day, climbs through the change if it stays open.
    package func isClimbed(
        by person: PersonID, identified: Day, in organization: Organization, policy: Policy
    ) -> Bool {
        let place = organization.place(of: person)
        var steps = 1
        var day = identified.number + policy.climbEvery
        while day <= organization.asOf.number {
            if isClimbed(from: place, steps: steps, on: day, organization, policy) { return true }
            steps += 1
            day += policy.climbEvery
        }
        return false
    }

    /// - Parameter steps: The managers above the person's own that the gap climbs that day.
    private func isClimbed(
        from person: Int, steps: Int, on day: Int, _ organization: Organization, _ policy: Policy
    ) -> Bool {
        var path = [person]
        for step in 0...steps {
            // Up to the first who moved, the way was the same before.
            let next = organization.manager(ofPlace: path[step], on: day)
            if next < 0 || path.contains(next) { return false }
            // Where the person's own manager is another, the person is touched anyway; whoever is reached climbs no more.
            if step < steps, moved[next]?.contains(where: { $0.contains(day) }) ?? false { return true }
            if step == steps, let absence = absent[next] {
                return absence.days.contains { Self.climbs(before: $0, absence, policy).contains(day) }
            }
            path.append(next)
        }
        return false
    }

    /// The days on which a gap may have climbed to a leader so that days of absence move what is due for them.
    private static func climbs(before days: DayRange, _ absence: Absence, _ policy: Policy) -> DayRange {
        DayRange(first: days.first - policy.chainDue - absence.total, last: days.last - 1)
    }
}

extension Organization {
    /// Whether anybody is, or before the last update was, theirs on any day.
    fileprivate func isLeader(_ place: Int) -> Bool {
        !reporting[place].isEmpty
    }
}
