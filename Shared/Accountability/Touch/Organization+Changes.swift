import Models

extension Organization {
    /// Which units a change of the organisation from `old` to this one can change.
    ///
    /// Much smaller than the touch of the events that made it: a new name or address touches nobody, a new role its
    /// person alone, and a leaver's successor the people below. Takes time in proportion to the people, and wants
    /// both organisations at the same day; days differ for everybody.
    package func touch(since old: Organization) -> Touch {
        var movers: Set<PersonID> = []
        var absentees: Set<PersonID> = []
        var touched: Set<PersonID> = []
        var requesters: Set<PersonID> = []
        for person in Set(people).union(old.people) {
            if tenureFacts(of: person) != old.tenureFacts(of: person) { movers.insert(person) }
            if days(absences, of: person) != old.days(old.absences, of: person) { absentees.insert(person) }
            if days(reporting, of: person) != old.days(old.reporting, of: person) { requesters.insert(person) }
            if clarityFacts(of: person) != old.clarityFacts(of: person) { touched.insert(person) }
        }
        let reached = movers.union(absentees)
        if !reached.isEmpty {
            touched.formUnion(peopleBelow(reached))
            touched.formUnion(old.peopleBelow(reached))
        }
        return Touch(people: touched, requesters: requesters)
    }

    private struct TenureFact: Hashable {
        let manager: PersonID
        let days: DayRange
    }

    private struct ClarityFact: Hashable {
        let role: RoleID?
        let effectiveFrom: Int?
        let hasExpectations: Bool?
    }

    private func tenureFacts(of person: PersonID) -> [TenureFact] {
        let place = place(of: person)
        return place < 0 ? [] : tenures[place].map { TenureFact(manager: people[$0.manager], days: $0.days) }
    }

    private func days(_ rows: Ragged<DayRange>, of person: PersonID) -> [DayRange] {
        let place = place(of: person)
        return place < 0 ? [] : Array(rows[place])
    }

    private func clarityFacts(of person: PersonID) -> ClarityFact {
        let role = role(of: person, on: asOf)
        let definition = role.flatMap { rolePlaces[$0] }.flatMap { self.definition(ofRole: $0, on: asOf.number) }
        return ClarityFact(
            role: role, effectiveFrom: definition?.effectiveFrom, hasExpectations: definition?.hasExpectations)
    }

    /// These people and everybody who was ever theirs, through any number of levels.
    private func peopleBelow(_ leaders: Set<PersonID>) -> Set<PersonID> {
        let reports = Ragged(rows: people.count, tenures.all) { $0.manager }
        var open = leaders.compactMap { places[$0] }
        var reached = Set(open)
        while let next = open.popLast() {
            for tenure in reports[next] where reached.insert(tenure.person).inserted { open.append(tenure.person) }
        }
        return leaders.union(reached.map { people[$0] })
    }
}
