import Accountability
import Models

/// The model as `scoring-model.md` says it, day by day and event by event, without any of the shortcuts.
struct NaiveModel {
    struct Sum: Equatable {
        var n = Fraction.zero
        var s = Fraction.zero
    }

    private struct Key: Hashable {
        let person: PersonID
        let day: Day
    }

    private let today: Day
    private let start: Day
    private let events: [Event]
    private var managers: [Key: PersonID] = [:]
    private(set) var sums: [PersonID: [Measure: Sum]] = [:]

    /// - Parameter events: In force, in the order of events.
    init(_ events: [Event], today: Day) {
        self.today = today
        self.events = events
        start = today - 500
        for person in people {
            for number in start.number...today.number {
                let day = Day(number: number)
                managers[Key(person: person, day: day)] = owner(of: person, on: day)
            }
        }
        for person in people { count(person) }
        countTriage()
        for gap in gaps {
            countGap(gap)
            countChain(gap)
        }
    }

    private var people: Set<PersonID> {
        Set(events.compactMap { if case .personUpdated(let data) = $0.payload { data.person } else { nil } })
    }

    private var window: ClosedRange<Day> { today - 89...today }

    private mutating func add(_ manager: PersonID, _ measure: Measure, n: Fraction = .one, s: Fraction) {
        sums[manager, default: [:]][measure, default: Sum()].n += n
        sums[manager, default: [:]][measure, default: Sum()].s += s
    }
}

// MARK: The organisation

extension NaiveModel {
    private func assignment(_ person: PersonID, on day: Day) -> PersonUpdated? {
        let all = events.compactMap { event -> PersonUpdated? in
            if case .personUpdated(let data) = event.payload, data.person == person { data } else { nil }
        }
        guard let from = all.map(\.effectiveFrom).filter({ $0 <= day }).max() else { return nil }
        return all.last { $0.effectiveFrom == from }
    }

    private func owner(of person: PersonID, on day: Day) -> PersonID? {
        guard let own = assignment(person, on: day), own.active else { return nil }
        var seen: Set<PersonID> = [person]
        var named = own.manager
        while let next = named {
            guard seen.insert(next).inserted, let theirs = assignment(next, on: day) else { return nil }
            if theirs.active { return next }
            named = theirs.manager
        }
        return nil
    }

    private func manager(_ person: PersonID, _ day: Day) -> PersonID? {
        managers[Key(person: person, day: day)]
    }

    private func isAway(_ manager: PersonID, _ person: PersonID, _ day: Day) -> Bool {
        events.contains { event in
            guard case .absenceRecorded(let data) = event.payload else { return false }
            return (data.person == manager || data.person == person) && data.from <= day && day <= data.to
        }
    }

    private func after(_ day: Day, _ count: Int, _ manager: PersonID, _ person: PersonID) -> Day {
        var present = 0
        var next = day
        while present < count || next < day + count {
            next = next + 1
            if !isAway(manager, person, next) { present += 1 }
        }
        return next
    }

    private func spells(_ person: PersonID) -> [(manager: PersonID, first: Day, last: Day)] {
        var spells: [(manager: PersonID, first: Day, last: Day)] = []
        for number in start.number...today.number {
            let day = Day(number: number)
            guard let manager = manager(person, day) else { continue }
            if let last = spells.last, last.manager == manager, last.last + 1 == day {
                spells[spells.count - 1].last = day
            } else {
                spells.append((manager, day, day))
            }
        }
        return spells
    }

    private func sessions(_ manager: PersonID, _ person: PersonID) -> [(day: Day, data: CoachingHeld)] {
        events.compactMap { event in
            guard case .coachingHeld(let data) = event.payload, data.person == person, data.coach == manager,
                self.manager(person, event.day) == manager
            else { return nil }
            return (event.day, data)
        }
    }
}

// MARK: Clarity, coaching, situational, complement

extension NaiveModel {
    private mutating func count(_ person: PersonID) {
        if let spell = spells(person).last, spell.last == today, spell.first <= today - 13 {
            add(spell.manager, .clarity, s: isClear(person) ? .one : .zero)
        }
        for manager in people {
            var days = 0
            var covered = 0
            let sessions = sessions(manager, person)
            var isOutside = false
            for number in window.lowerBound.number...today.number {
                let day = Day(number: number)
                guard self.manager(person, day) == manager else { continue }
                isOutside = isOutside || hasOutsideCoaching(person, on: day)
                for session in sessions where session.day == day {
                    let isGood = session.data.observed == true && session.data.context != nil
                    add(manager, .situational, s: isGood ? .one : .zero)
                }
                if isAway(manager, person, day) { continue }
                days += 1
                if sessions.contains(where: { (day - 13...day).contains($0.day) }) { covered += 1 }
            }
            if days > 0 { add(manager, .coaching, n: Fraction(days, 14), s: Fraction(covered, 14)) }
            if days >= 28, isOutside { add(manager, .complement, s: 2 * covered >= days ? .one : .zero) }
        }
    }

    private func isClear(_ person: PersonID) -> Bool {
        guard let role = assignment(person, on: today)?.role else { return false }
        let definitions = events.compactMap { event -> RoleDefined? in
            if case .roleDefined(let data) = event.payload, data.role == role { data } else { nil }
        }
        guard let from = definitions.map(\.effectiveFrom).filter({ $0 <= today }).max(),
            let definition = definitions.last(where: { $0.effectiveFrom == from }), !definition.expectations.isEmpty
        else { return false }
        return events.contains { event in
            guard case .expectationAcknowledged(let data) = event.payload else { return false }
            return data.person == person && data.role == role && event.day >= from
        }
    }

    private func hasOutsideCoaching(_ person: PersonID, on day: Day) -> Bool {
        events.contains { event in
            guard case .coachingHeld(let data) = event.payload else { return false }
            return data.person == person && data.coach == nil && event.day == day
        }
    }
}

// MARK: Gaps

extension NaiveModel {
    private struct Gap {
        let data: GapIdentified
        let day: Day
        let end: (day: Day, outcome: GapOutcome)?

        func isEnded(before day: Day) -> Bool { end.map { $0.day < day } ?? false }
    }

    private var gaps: [Gap] {
        var seen: Set<GapID> = []
        return events.compactMap { event in
            guard case .gapIdentified(let data) = event.payload, seen.insert(data.gap).inserted else { return nil }
            return Gap(data: data, day: event.day, end: end(of: data.gap, from: event.day))
        }
    }

    private func end(of gap: GapID, from day: Day) -> (day: Day, outcome: GapOutcome)? {
        for event in events where event.day >= day {
            if case .gapClosed(let data) = event.payload, data.gap == gap { return (event.day, data.outcome) }
        }
        return nil
    }

    private mutating func countGap(_ gap: Gap) {
        for spell in spells(gap.data.person) {
            let start = max(gap.day, spell.first)
            if start > spell.last || gap.isEnded(before: start) { continue }
            countAction(gap, spell, start)
            countClosure(gap, spell, start)
            if spell.last == today { countOutcome(gap, spell.manager, start) }
        }
    }

    private mutating func countAction(_ gap: Gap, _ spell: (manager: PersonID, first: Day, last: Day), _ start: Day) {
        let due = after(start, 14, spell.manager, gap.data.person)
        let isClosed = gap.end.map { $0.outcome != .withdrawn && $0.day <= spell.last } ?? false
        let actions = events.compactMap { event -> Day? in
            guard case .gapAction(let data) = event.payload, data.gap == gap.data.gap else { return nil }
            return data.by == spell.manager && data.stage == .taken ? event.day : nil
        }
        let sessions = sessions(spell.manager, gap.data.person).filter { $0.data.gap == gap.data.gap }.map(\.day)
        let own = (actions + sessions).filter { (start...spell.last).contains($0) && !gap.isEnded(before: $0) }
        let answer = (own + (isClosed ? [gap.end?.day].compactMap(\.self) : [])).min()
        if let answer, answer <= due {
            if window.contains(answer) { add(spell.manager, .action, s: .one) }
            return
        }
        countMissed(.action, gap, spell, due)
    }

    private mutating func countClosure(_ gap: Gap, _ spell: (manager: PersonID, first: Day, last: Day), _ start: Day) {
        let due = after(start, 90, spell.manager, gap.data.person)
        if let end = gap.end, end.outcome != .withdrawn, end.day <= min(spell.last, due) {
            let isVerified = end.outcome == .roleChanged || isVerified(gap, start...end.day, spell.manager)
            if window.contains(end.day) { add(spell.manager, .closure, s: isVerified ? .one : .half) }
            return
        }
        countMissed(.closure, gap, spell, due)
    }

    private mutating func countMissed(
        _ measure: Measure, _ gap: Gap, _ spell: (manager: PersonID, first: Day, last: Day), _ due: Day
    ) {
        if let end = gap.end, end.outcome == .withdrawn, end.day <= min(spell.last, due) { return }
        if spell.last < due, spell.last < today { return }
        if today > due, window.contains(due) { add(spell.manager, measure, s: .zero) }
    }

    private func isVerified(_ gap: Gap, _ days: ClosedRange<Day>, _ manager: PersonID) -> Bool {
        let levels = events.compactMap { event -> Double? in
            guard case .behaviourObserved(let data) = event.payload else { return nil }
            return data.gap == gap.data.gap && data.observer != manager && days.contains(event.day) ? data.level : nil
        }
        if let level = levels.last, level >= 3 { return true }
        return progress(gap, days).map { $0 >= .half } ?? false
    }

    private func progress(_ gap: Gap, _ days: ClosedRange<Day>) -> Fraction? {
        let values = events.compactMap { event -> Double? in
            guard case .outcomeMeasured(let data) = event.payload else { return nil }
            return data.gap == gap.data.gap && days.contains(event.day) ? data.value : nil
        }
        guard let metric = gap.data.metric, let value = values.last else { return nil }
        // The generator's numbers have at most one decimal.
        let baseline = Fraction(Int((metric.baseline * 10).rounded()), 10)
        let target = Fraction(Int((metric.target * 10).rounded()), 10)
        let share = (Fraction(Int((value * 10).rounded()), 10) - baseline) / (target - baseline)
        return max(.zero, min(.one, share))
    }

    private mutating func countOutcome(_ gap: Gap, _ manager: PersonID, _ start: Day) {
        if gap.end?.outcome == .withdrawn { return }
        if let progress = progress(gap, max(start, window.lowerBound)...today) { add(manager, .outcome, s: progress) }
    }

    private mutating func countChain(_ gap: Gap) {
        var steps = 1
        while true {
            let day = gap.day + 90 * steps
            if day > today || gap.isEnded(before: day + 1) { return }
            var path = [gap.data.person]
            for _ in 0...steps {
                guard let next = manager(path[path.count - 1], day), !path.contains(next) else { return }
                path.append(next)
            }
            let leader = path[path.count - 1]
            let due = after(day, 30, leader, leader)
            if let end = gap.end, end.day <= due {
                if end.outcome != .withdrawn, window.contains(end.day) { add(leader, .chain, s: .one) }
            } else if today > due, window.contains(due) {
                add(leader, .chain, s: .zero)
            }
            steps += 1
        }
    }

    private mutating func countTriage() {
        for event in events where window.contains(event.day) {
            guard case .trainingRequested(let data) = event.payload,
                people.contains(where: { manager($0, event.day) == data.requestedBy })
            else { continue }
            let gap = gaps.first { $0.data.gap == data.gap && $0.day <= event.day && $0.data.cause.isTrainable }
            let isCoached = gap.map { gap in
                sessions(data.requestedBy, gap.data.person).contains { (event.day - 30...event.day).contains($0.day) }
            }
            add(data.requestedBy, .triage, s: isCoached == true ? .one : .zero)
        }
    }
}
