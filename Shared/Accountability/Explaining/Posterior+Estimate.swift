import Models

extension Posterior {
    /// Trials and credit of a measure in doubles: what an attribution steps through.
    struct Sum: Hashable {
        var n = 0.0
        var s = 0.0
    }

    /// The score of any trials, also of few: what the score would be if the status were left aside. Without a trial
    /// it is 50, as the prior has it.
    func estimate(_ sums: [Measure: Sum]) -> Double {
        // The smallest trial is a day of coaching over the greatest cadence; anything below is rounding.
        let least = 1e-6
        let applied = Measure.allCases.compactMap { measure -> Applied? in
            guard let sum = sums[measure], sum.n > least else { return nil }
            return Applied(
                measure: measure, n: sum.n, s: min(max(0, sum.s), sum.n), weight: Double(policy.weight(of: measure)))
        }
        return applied.isEmpty ? 50 : interval(applied, shares(applied)).score
    }

    /// The sums of a tally.
    func sums(of tally: Contribution) -> [Measure: Sum] {
        var sums: [Measure: Sum] = [:]
        for measure in Measure.allCases where tally.applies(measure) {
            sums[measure] = Sum(
                n: tally.trials(of: measure, policy: policy).doubleValue,
                s: tally.roundedCredit(of: measure, policy: policy))
        }
        return sums
    }
}
