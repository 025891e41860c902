import Models

/// The share of gaps that end in a certain way within some days, other endings competing, where not all could be
/// followed for so long (the estimator of Aalen and Johansen, 1978).
struct CumulativeIncidence {
    /// In `0...1`.
    let share: Double
    /// Of the share, robust to a person's gaps depending on each other: the sum over persons of the squared sums of
    /// influence. With one gap a person and nobody lost, it is `share · (1 − share) / n`.
    let variance: Double

    /// - Parameters:
    ///   - followUps: In an order that the same gaps always have: sums of doubles depend on it.
    ///   - last: Days after the landmark, at least 1; no exit is later.
    ///   - counts: The endings whose share it is; the others compete.
    init(_ followUps: [FollowUp], through last: Int, counts: (GapCourse.Ending) -> Bool) {
        var wanted = [Int](repeating: 0, count: last + 1)
        var ended = wanted
        var left = wanted
        for followUp in followUps {
            left[followUp.exit] += 1
            guard let ending = followUp.ending else { continue }
            ended[followUp.exit] += 1
            if counts(ending) { wanted[followUp.exit] += 1 }
        }
        var days = [Step(atRisk: followUps.count)]
        for day in 1...last {
            days.append(Step(after: days[day - 1], left: left[day - 1], ended: ended[day], wanted: wanted[day]))
        }
        let share = days[last].incidence
        self.share = share

        // What the gaps at risk on the days so far take from the influence of each: the compensator.
        var taken = [Double](repeating: 0, count: last + 1)
        for day in 1...last {
            let step = days[day]
            guard step.atRisk > 0 else {
                taken[day] = taken[day - 1]
                continue
            }
            let drift = step.openBefore * step.wantedHazard - step.loss(share) * step.hazard
            taken[day] = taken[day - 1] + drift / Double(step.atRisk)
        }
        var people: [PersonID: Int] = [:]
        var influences: [Double] = []
        for followUp in followUps {
            let step = days[followUp.exit]
            var influence = -taken[followUp.exit]
            if let ending = followUp.ending {
                influence += ((counts(ending) ? step.openBefore : 0) - step.loss(share)) / Double(step.atRisk)
            }
            if let place = people[followUp.person] {
                influences[place] += influence
            } else {
                people[followUp.person] = influences.count
                influences.append(influence)
            }
        }
        variance = influences.reduce(0) { $0 + $1 * $1 }
    }

    /// One day of the estimate.
    private struct Step {
        let atRisk: Int
        /// The share still open before the day.
        let openBefore: Double
        let openAfter: Double
        /// The part of those at risk that ends on the day: in any way, and in the wanted one.
        let hazard: Double
        let wantedHazard: Double
        /// The wanted share by the day.
        let incidence: Double

        init(atRisk: Int) {
            self.atRisk = atRisk
            openBefore = 1
            openAfter = 1
            hazard = 0
            wantedHazard = 0
            incidence = 0
        }

        init(after step: Step, left: Int, ended: Int, wanted: Int) {
            atRisk = step.atRisk - left
            openBefore = step.openAfter
            hazard = atRisk > 0 ? Double(ended) / Double(atRisk) : 0
            wantedHazard = atRisk > 0 ? Double(wanted) / Double(atRisk) : 0
            openAfter = openBefore * (1 - hazard)
            incidence = step.incidence + openBefore * wantedHazard
        }

        /// What the final share loses where one more of those at risk ends on this day.
        func loss(_ share: Double) -> Double {
            hazard < 1 ? (share - incidence) / (1 - hazard) : 0
        }
    }
}
