import Models

/// Who works where: roles, assignments, leave, and the coming and going of people.
extension Simulation {
    /// Deals the styles out to those who lead, in a shuffled order.
    mutating func dealStyles() {
        var managers = Set(staff.members.compactMap(\.manager)).sorted()
        random.shuffle(&managers)
        for (turn, manager) in managers.enumerated() {
            styles[manager] = LeadershipStyle.round[turn % LeadershipStyle.round.count]
        }
    }

    /// Plans the first day and everybody's habits.
    mutating func begin() {
        for role in staff.roles {
            // Some roles nobody has ever defined.
            if random.chance(0.88) { scheduleExactly(.define(role: role), on: 0) }
            if random.chance(0.1) { scheduleExactly(.define(role: role), on: random.int(in: 0...days - 1)) }
        }
        for person in staff.members.indices {
            let leads = styles[person] != nil
            if staff.isGenerated, !leads, person > 0, random.chance(0.04) {
                isActive[person] = false
                joiners.append(person)
                continue
            }
            if staff.isGenerated { scheduleExactly(.assign(person: person), on: 0) }
            settle(person, from: 0)
        }
        if staff.isGenerated {
            for day in 0..<days { scheduleExactly(.turnover, on: day) }
        }
    }

    /// Plans the habits of a person who works here from a day on.
    mutating func settle(_ person: Int, from day: Int, isClear: Bool = true) {
        func on(_ days: ClosedRange<Int>) -> Int { day - max(today, 0) + random.int(in: days) + (today < 0 ? 1 : 0) }
        schedule(.takeLeave(person: person), in: on(0...180))
        schedule(.learn(person: person), in: on(0...300))
        schedule(.giveFeedback(person: person), in: on(0...160))
        if let owner = owner(of: person) {
            let style = style(of: owner)
            schedule(.coach(person: person), in: on(0...style.coachingEvery.upperBound))
            schedule(.converse(person: person), in: on(0...45))
            schedule(.identifyGap(person: person, isNeglected: false), in: on(0...style.gapEvery.upperBound))
            if isClear, random.chance(style.clarity) { schedule(.acknowledge(person: person), in: on(0...12)) }
            if random.chance(style.outsourcing) { schedule(.coachOutside(person: person), in: on(0...60)) }
        }
        if styles[person] != nil { schedule(.requestTraining(manager: person), in: on(0...90)) }
    }

    mutating func define(_ role: RoleID) {
        // A few are defined by title alone: without expectations nothing is clear.
        let count = random.chance(0.05) ? 0 : random.int(in: 2...4)
        emit(
            "/performance",
            .roleDefined(
                RoleDefined(
                    role: role, effectiveFrom: today == 0 ? first - 200 : first + today,
                    expectations: Vocabulary.expectations.prefix(count).map { id, statement, measure in
                        Expectation(id: ExpectationID(unchecked: id), statement: statement, measure: measure)
                    }, title: role.rawValue)))
        guard today > 0 else { return }
        for person in staff.members.indices where staff.members[person].role == role && isActive[person] {
            guard let owner = owner(of: person), random.chance(style(of: owner).clarity) else { continue }
            schedule(.acknowledge(person: person), in: random.int(in: 1...25))
        }
    }

    mutating func assign(_ person: Int) {
        let member = staff.members[person]
        emit(
            "/hris/generated",
            .personUpdated(
                PersonUpdated(
                    person: member.id, effectiveFrom: today == 0 ? first - (person * 37) % 900 : first + today,
                    active: isActive[person], manager: member.manager.map(id), role: member.role, unit: member.unit,
                    name: member.name, email: member.email,
                    timeZone: Vocabulary.timeZones[person % Vocabulary.timeZones.count], locale: "en")),
            isFirstOfDay: true)
    }

    mutating func acknowledge(_ person: Int) {
        guard isActive[person], let role = staff.members[person].role else { return }
        emit(
            "/performance",
            .expectationAcknowledged(ExpectationAcknowledged(person: id(person), role: role)))
    }

    mutating func takeLeave(_ person: Int) {
        guard isActive[person] else { return }
        if let leave = leave[person], leave.upperBound >= today {
            return schedule(.takeLeave(person: person), in: leave.upperBound - today + random.int(in: 60...220))
        }
        let kind = random.pick(Vocabulary.absences)
        let start = today + (kind == "sick" ? 0 : random.int(in: 0...14))
        let length = kind == "parental" && random.chance(0.3) ? random.int(in: 60...150) : random.int(in: 1...12)
        recordLeave(of: person, start...start + length, kind)
        schedule(.takeLeave(person: person), in: start - today + length + random.int(in: 60...220))
    }

    mutating func takeLongLeave(_ person: Int) {
        recordLeave(of: person, today...today + 150, "parental")
    }

    private mutating func recordLeave(of person: Int, _ days: ClosedRange<Int>, _ kind: String?) {
        leave[person] = days
        emit(
            "/hris/leave",
            .absenceRecorded(
                AbsenceRecorded(
                    person: id(person), from: first + days.lowerBound, to: first + days.upperBound, kind: kind)))
    }

    // MARK: Coming and going

    /// A year sees about 6 % join, leave and move, and a few come to lead.
    mutating func turnover() {
        let people = Double(staff.members.count)
        if happens(people * 0.05 / 365) { join() }
        if happens(people * 0.06 / 365) { leaveForGood() }
        if happens(people * 0.06 / 365) { transfer() }
        if happens(people * 0.01 / 365) { promote() }
    }

    private mutating func happens(_ expected: Double) -> Bool { random.chance(min(expected, 1)) }

    /// - Parameter isClear: False where nobody goes through the role's expectations with the person.
    mutating func join(isClear: Bool = true) {
        guard let person = joiners.popLast() else { return }
        isActive[person] = true
        assign(person)
        settle(person, from: today + 1, isClear: isClear)
    }

    private mutating func leaveForGood() {
        guard let person = anybody(leading: random.chance(0.1)), person != 0 else { return }
        isActive[person] = false
        assign(person)
        if styles[person] != nil { schedule(.succeed(leaver: person), in: random.int(in: 15...60)) }
    }

    private mutating func transfer() {
        guard let person = anybody(leading: false), let old = staff.members[person].manager,
            let new = anybody(leading: true), new != old, new != person
        else { return }
        move(person, to: new)
    }

    /// Somebody comes to lead one or two of their colleagues: a thin team, and a new manager.
    mutating func promote() {
        guard let person = anybody(leading: false), let manager = staff.members[person].manager else { return }
        let colleagues = reports[manager].filter { $0 != person && isActive[$0] && styles[$0] == nil }
        guard let colleague = colleagues.first else { return }
        styles[person] = random.pick(LeadershipStyle.round)
        staff.members[person].role = Vocabulary.role(unit: staff.members[person].unit ?? "", isLead: true)
        assign(person)
        move(colleague, to: person)
        schedule(.requestTraining(manager: person), in: random.int(in: 20...90))
    }

    /// A leaver's people, who fell to the leader above, come under one of themselves.
    mutating func succeed(_ leaver: Int) {
        let people = reports[leaver].filter { isActive[$0] }
        guard let successor = people.first else { return }
        styles[successor] = styles[successor] ?? random.pick(LeadershipStyle.round)
        setManager(of: successor, to: staff.members[leaver].manager)
        staff.members[successor].role = staff.members[leaver].role
        assign(successor)
        for person in people.dropFirst() { move(person, to: successor) }
    }

    private mutating func move(_ person: Int, to manager: Int) {
        setManager(of: person, to: manager)
        staff.members[person].unit = staff.members[manager].unit
        if styles[person] == nil, staff.isGenerated {
            staff.members[person].role = Vocabulary.role(unit: staff.members[person].unit ?? "", isLead: false)
        }
        assign(person)
        if random.chance(style(of: manager).clarity) {
            schedule(.acknowledge(person: person), in: random.int(in: 1...12))
        }
    }

    /// Somebody who works here and leads, or does not; a few tries, then nobody.
    private mutating func anybody(leading: Bool) -> Int? {
        for _ in 0..<20 {
            let person = random.int(in: 0...staff.members.count - 1)
            if isActive[person], (styles[person] != nil) == leading { return person }
        }
        return nil
    }
}
