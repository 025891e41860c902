import Models

/// Gaps of the reports, and gaps that climb to the manager from below.
extension TeamSimulation {
    /// What becomes of a gap, decided when it opens.
    private struct Course {
        var actsAfter: Double?
        var closesAfter: Double?
        var isVerified = false
        /// A whole number of hundredths; `nil` without a metric.
        var progress: Int?
        var measuredAfter = 0.0
    }

    /// Days after closure is due in which a metric is measured: after the gap's end, so that the measurement can't verify
    /// it, and closure and outcome are independent.
    private static let followUp = 60

    mutating func openGaps() {
        let first = window.lowerBound - Double(policy.closureDue + Self.followUp + 1)
        let batch = conduct == .sharedCauses ? min(team, workload.sharedBy) : 1
        let rate = workload.gaps * Double(team) / Double(batch)
        var number = 0
        var people = Array(0..<team)
        for time in random.arrivals(rate: rate, in: first..<window.upperBound) {
            let course = course()
            if batch > 1 {
                random.shuffle(&people)
                for person in people.prefix(batch) {
                    open("g\(number)", of: report(person), at: time, course)
                    number += 1
                }
            } else {
                open("g\(number)", of: report(random.int(in: 0...team - 1)), at: time, course)
                number += 1
            }
        }
    }

    /// Of a closure rate `q`, `min(q, 1 − q)` of the gaps close unverified, and as many verified as make the expected
    /// credit `q`: together never more than all, whatever the policy credits. Action and closure fall on days apart,
    /// since a closure acts, too.
    private mutating func course() -> Course {
        var course = Course()
        if random.chance(rates[.action]) { course.actsAfter = days(0...policy.actionDue) }
        let rate = rates[.closure]
        let unverified = min(rate, 1 - rate)
        let verified = rate - policy.unverifiedCredit * unverified
        let draw = random.uniform()
        if draw < verified + unverified || conduct.closesOnPaper {
            course.closesAfter = days(policy.actionDue + 1...policy.closureDue)
            course.isVerified = draw < verified
        }
        if random.chance(workload.measured) {
            let progress = random.beta(2 * rates[.outcome], 2 * (1 - rates[.outcome]))
            // Rounded up as often as makes the mean stay what it is.
            course.progress = min(100, Int(100 * progress + random.uniform()))
            course.measuredAfter = days(policy.closureDue + 1...policy.closureDue + Self.followUp)
        }
        return course
    }

    private mutating func open(_ name: String, of person: PersonID, at time: Double, _ course: Course) {
        let gap = GapID(unchecked: name)
        let metric = course.progress.map { _ in Metric(name: "m", baseline: 0, target: 100) }
        add(time, .gapIdentified(GapIdentified(gap: gap, person: person, cause: .skill, metric: metric)))
        if let after = course.actsAfter {
            add(time + after, .gapAction(GapAction(gap: gap, by: Self.manager, kind: .coaching, stage: .taken)))
        }
        if let after = course.closesAfter {
            if course.isVerified {
                add(time + after, .behaviourObserved(BehaviourObserved(gap: gap, observer: person, level: 4)))
            }
            add(time + after, .gapClosed(GapClosed(gap: gap, outcome: .closed)))
        }
        if let progress = course.progress {
            add(
                time + course.measuredAfter,
                .outcomeMeasured(OutcomeMeasured(gap: gap, value: Double(progress))))
        }
    }

    /// Gaps of people whom the first report leads: each has stayed open until it climbed, and is then closed in time or
    /// stays open.
    mutating func openClimbingGaps() {
        let first = window.lowerBound - Double(policy.climbEvery + policy.chainDue + 1)
        let rate = workload.climbing * Double(team)
        for (number, time) in random.arrivals(rate: rate, in: first..<window.upperBound).enumerated() {
            let person = PersonID(unchecked: "q\(number)")
            let gap = GapID(unchecked: "c\(number)")
            employ(person, under: report(0))
            add(time, .gapIdentified(GapIdentified(gap: gap, person: person, cause: .process)))
            guard random.chance(rates[.chain]) else { continue }
            let after = days(policy.climbEvery + 1...policy.climbEvery + policy.chainDue)
            add(time + after, .gapClosed(GapClosed(gap: gap, outcome: .closed)))
        }
    }

    /// A whole number of days, so that what happens then falls on that day after the beginning's.
    private mutating func days(_ range: ClosedRange<Int>) -> Double {
        Double(random.int(in: range))
    }
}
