package import Models

extension Posterior {
    /// A programme's row; `nil` without a completion.
    ///
    /// Source: `scoring-model.md`, "A programme's measures".
    package static func programme(_ programme: ProgrammeID, _ tally: ProgrammeContribution) -> ProgrammeScore? {
        guard tally.completions > 0 else { return nil }
        var measures: [ProgrammeMeasure: MeasureScore] = [:]
        for measure in ProgrammeMeasure.allCases {
            let (trials, credits) = tally.count(of: measure)
            if trials == 0 { continue }
            let n = Double(trials)
            let s = Double(credits)
            measures[measure] = MeasureScore(
                n: n, s: s, mean: (s + 1) / (n + 2),
                variance: (s + 1) * (n - s + 1) / ((n + 2) * (n + 2) * (n + 3)))
        }
        let isUnlinked = tally.completions >= unlinkedFrom && tally.linked == 0
        return ProgrammeScore(
            programme: programme, delivered: tally.completions, changed: tally.changeCredits,
            status: isUnlinked ? .unlinked : .linked, measures: measures)
    }

    /// Completions from which a programme without a linked one is unlinked.
    private static let unlinkedFrom = 3
}
