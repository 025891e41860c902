package import Models

/// The organisation's questions in identifiers and days.
extension Organization {
    /// Who owns the person's performance on that day: the next active manager above, through leavers. `nil` where
    /// nobody does, the person is unknown or not active, or the way up comes back to somebody.
    package func manager(of person: PersonID, on day: Day) -> PersonID? {
        let manager = manager(ofPlace: place(of: person), on: day.number)
        return manager < 0 ? nil : people[manager]
    }

    /// The role of the person's assignment on that day; `nil` where it isn't active or names none.
    package func role(of person: PersonID, on day: Day) -> RoleID? {
        guard let assignment = assignment(ofPlace: place(of: person), on: day.number), assignment.isActive,
            assignment.role >= 0
        else { return nil }
        return roles[assignment.role]
    }

    /// Whether the person has an assignment on that day, active or not.
    package func isKnown(_ person: PersonID, on day: Day) -> Bool {
        assignment(ofPlace: place(of: person), on: day.number) != nil
    }

    package func isActive(_ person: PersonID, on day: Day) -> Bool {
        assignment(ofPlace: place(of: person), on: day.number)?.isActive ?? false
    }

    /// Whether anybody's performance is theirs on that day.
    package func isManager(_ person: PersonID, on day: Day) -> Bool {
        isManager(place: place(of: person), on: day.number)
    }

    /// Whether the manager or the person is on leave on that day.
    package func isAway(_ manager: PersonID, _ person: PersonID, on day: Day) -> Bool {
        away(place(of: manager), place(of: person)).contains { $0.contains(day.number) }
    }

    /// The first day on which `count` days after `day` have passed on which neither of the two was away.
    package func after(_ day: Day, _ count: Int, manager: PersonID, person: PersonID) -> Day {
        Day(number: Self.after(day.number, count, away: away(place(of: manager), place(of: person))))
    }

    /// The spells over a person up to the scored day, ascending.
    package func spells(of person: PersonID) -> [Spell] {
        let place = place(of: person)
        guard place >= 0 else { return [] }
        return tenures[place].prefix { $0.first <= asOf.number }.map { tenure in
            Spell(
                manager: people[tenure.manager], start: Day(number: tenure.first),
                end: min(asOf, Day(number: tenure.last)), isOngoing: tenure.last >= asOf.number)
        }
    }

    /// The managers above a person on a day, the nearest first, up to the top or to where a person repeats.
    package func managers(above person: PersonID, on day: Day) -> [PersonID] {
        var path: [Int] = [place(of: person)]
        while true {
            let next = manager(ofPlace: path[path.count - 1], on: day.number)
            if next < 0 || path.contains(next) { break }
            path.append(next)
        }
        return path.dropFirst().map { people[$0] }
    }

    /// The people whose performance is the manager's on a day, ordered by identifier. Looks at everybody.
    package func reports(of manager: PersonID, on day: Day) -> [PersonID] {
        let place = place(of: manager)
        guard place >= 0 else { return [] }
        return people.indices.filter { self.manager(ofPlace: $0, on: day.number) == place }.map { people[$0] }.sorted()
    }

    /// Everybody who on any day, by any assignment in force, is or was one of these managers' own.
    package func everReported(toAnyOf managers: Set<PersonID>) -> Set<PersonID> {
        let places = Set(managers.map(place))
        let reported = people.indices.lazy.filter { tenures[$0].contains { places.contains($0.manager) } }
        return Set(reported.map { people[$0] })
    }

    /// Everybody below the leader by any of their managers of any day, one to come included, through any number of
    /// levels: nobody else's gaps ever climb to the leader. `nil` where they are more than `limit`.
    package func everBelow(_ leader: PersonID, limit: Int) -> Set<PersonID>? {
        let place = place(of: leader)
        guard place >= 0 else { return [] }
        let reports = Ragged(rows: people.count, tenures.all) { $0.manager }
        var found: Set<Int> = []
        var open = [place]
        while let next = open.popLast() {
            for tenure in reports[next] where found.insert(tenure.person).inserted {
                if found.count > limit { return nil }
                open.append(tenure.person)
            }
        }
        return Set(found.map { people[$0] })
    }
}
