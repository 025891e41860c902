package import Models

/// What an update of an ``Organization`` made different, and whose contributions that can change.
///
/// Three ways lead from it to units. A person's own managers, absence and role are their own unit's. A manager's
/// absence moves what is due for the people who were theirs. And what changes above a person matters to the person's
/// gaps on the days on which these climb: see ``climbed(on:climbEvery:)``. A manager who moves with a span of 2,000
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
        return DayRange.merged(days.compactMap { $0.intersection(DayRange(first: Int(Int32.min), last: today)) })
            .map { Day(number: $0.first)...Day(number: $0.last) }
    }

    /// Whether the way up from the person on some day leads through the change, where a gap of theirs climbed that
    /// day.
    package func isAbove(_ person: PersonID, on day: Day, in organization: Organization, policy: Policy) -> Bool {
        let day = day.number
        var path = [organization.place(of: person)]
        while true {
            // Up to the first who moved, the way was the same before.
            let next = organization.manager(ofPlace: path[path.count - 1], on: day)
            if next < 0 || path.contains(next) { return false }
            if moved[next]?.contains(where: { $0.contains(day) }) ?? false { return true }
            if let absence = absent[next],
                absence.days.contains(where: { Self.climbs(before: $0, absence, policy).contains(day) })
            {
                return true
            }
            path.append(next)
        }
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
