package import Models

extension Posterior {
    /// A programme's row; `nil` without a completion.
    ///
    /// Source: `scoring-model.md`, "A programme's measures".
    package static func programme(
        _ programme: ProgrammeID, _ tally: ProgrammeContribution, policy: Policy
    ) -> ProgrammeScore? {
        guard tally.completions > 0 else { return nil }
        let prior = policy.programmePrior
        var measures: [ProgrammeMeasure: MeasureScore] = [:]
        for measure in ProgrammeMeasure.allCases {
            let (trials, credits) = tally.count(of: measure)
            if trials == 0 { continue }
            let n = Double(trials)
            let s = Double(credits)
            let total = n + 2 * prior
            measures[measure] = MeasureScore(
                n: n, s: s, mean: (s + prior) / total,
                variance: (s + prior) * (n - s + prior) / (total * total * (total + 1)))
        }
        let isUnlinked = tally.completions >= policy.unlinkedFrom && tally.linked == 0
        return ProgrammeScore(
            programme: programme, delivered: tally.completions, changed: tally.changeCredits,
            status: isUnlinked ? .unlinked : .linked, measures: measures)
    }
}
