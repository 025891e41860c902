import Models

/// Things that fall due on the last day, so that an organisation that is loaded today has something to say today.
///
/// Source: docs/nudges.md; the days before are those of docs/scoring-model.md.
extension Simulation {
    mutating func prepareLastDay() {
        let last = days - 1
        let weak = staff.members.indices.filter { person in
            guard let owner = owner(of: person), styles[person] == nil, isActive[person] else { return false }
            return style(of: owner).acts < 0.7
        }
        guard !weak.isEmpty else { return }
        var people = weak
        random.shuffle(&people)
        var turn = people.makeIterator()
        let managers = Set(staff.members.compactMap(\.manager)).count
        for _ in 0..<max(1, managers / 15) {
            // Three days before an action is due; the day after; the day a gap climbs.
            for daysAgo in [11, 15, 90] { neglect(turn.next(), on: last - daysAgo) }
            if let person = turn.next() { followUpDue(person, last) }
            for _ in 0..<3 { coachingDue(turn.next(), last) }
            if let person = turn.next() { scheduleExactly(.coachOutside(person: person), on: last) }
            if let person = turn.next(), let owner = owner(of: person) {
                scheduleExactly(.requestTraining(manager: owner), on: last)
            }
        }
        scheduleExactly(.contestLatest, on: last)
        prepareThinManagers(last)
        // Somebody whose 14th day it is, without expectations gone through.
        scheduleExactly(.joinUnclear, on: last - 13)
    }

    /// Managers about whom there is too little to say: new ones, or, where the HR system says who leads, one with a
    /// single report who has been away for long.
    private mutating func prepareThinManagers(_ last: Int) {
        if staff.isGenerated {
            for daysAgo in [8, 12] { scheduleExactly(.promote, on: last - daysAgo) }
        } else if let manager = reports.indices.first(where: { reports[$0].count == 1 }) {
            scheduleExactly(.takeLongLeave(person: manager), on: last - 110)
        }
    }

    /// A gap about which nobody does anything.
    private mutating func neglect(_ person: Int?, on day: Int) {
        guard let person else { return }
        hasPlannedGap.insert(person)
        scheduleExactly(.identifyGap(person: person, isNeglected: true), on: day)
    }

    /// A linked completion 30 days ago, and no look at the behaviour since.
    private mutating func followUpDue(_ person: Int, _ last: Int) {
        hasPlannedGap.insert(person)
        scheduleExactly(.identifyGap(person: person, isNeglected: true), on: last - 45)
        scheduleExactly(.completeOpenGap(person: person), on: last - 30)
    }

    /// A last session exactly 14 days ago.
    private mutating func coachingDue(_ person: Int?, _ last: Int) {
        guard let person, last >= 14 else { return }
        scheduleExactly(.coach(person: person), on: last - 14)
        uncoachedFrom[person] = last - 13
    }
}
