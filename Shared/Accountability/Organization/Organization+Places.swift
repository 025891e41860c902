import Models

/// The organisation's questions in places and day numbers, as the scorer asks them.
extension Organization {
    /// -1 where nothing names the person.
    func place(of person: PersonID) -> Int {
        interned.places[person] ?? -1
    }

    /// -1 where nobody owns the person's performance on that day.
    func manager(ofPlace person: Int, on day: Int) -> Int {
        guard person >= 0 else { return -1 }
        guard let tenure = tenures[person].lastOfPrefix(where: { $0.first <= day }), day <= tenure.last else {
            return -1
        }
        return tenure.manager
    }

    func assignment(ofPlace person: Int, on day: Int) -> Assignment? {
        guard person >= 0 else { return nil }
        return assignments[person].lastOfPrefix { $0.from <= day }
    }

    func isManager(place manager: Int, on day: Int) -> Bool {
        guard manager >= 0 else { return false }
        return reporting[manager].lastOfPrefix(where: { $0.first <= day })?.contains(day) ?? false
    }

    /// The days on which at least one of the two is away: ascending and disjoint.
    func away(_ one: Int, _ other: Int) -> [DayRange] {
        let first = one >= 0 ? absences[one] : []
        let second = other >= 0 && other != one ? absences[other] : []
        if first.isEmpty { return Array(second) }
        if second.isEmpty { return Array(first) }
        return DayRange.merged(first + second)
    }

    /// The first day `y ≥ day + count` with at least `count` days of `(day, y]` outside `away`, which is ascending
    /// and disjoint.
    static func after(_ day: Int, _ count: Int, away: [DayRange]) -> Int {
        var due = day + count
        for range in away where range.last > day {
            let first = max(range.first, day + 1)
            if first > due { break }
            due += range.last - first + 1
        }
        return due
    }

    /// The person whom a gap of `person` reaches on `day` after climbing `steps` managers above the person's own;
    /// -1 where the way ends before, or a person repeats.
    func leader(steps: Int, above person: Int, on day: Int) -> Int {
        var path = [person]
        var reached = person
        for _ in 0...steps {
            reached = manager(ofPlace: reached, on: day)
            if reached < 0 || path.contains(reached) { return -1 }
            path.append(reached)
        }
        return reached
    }

    /// The definition of a role that holds on a day.
    func definition(ofRole role: Int, on day: Int) -> RoleDefinition? {
        definitions[role].lastOfPrefix { $0.effectiveFrom <= day }
    }
}
