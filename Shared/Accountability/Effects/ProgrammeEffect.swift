package import Models

/// What a programme changed, against comparable gaps of the same cause that were not trained.
package struct ProgrammeEffect: Hashable, Sendable {
    /// How many gaps are left after each condition.
    package struct Funnel: Hashable, Sendable {
        /// With a completion by their person that names them, not withdrawn.
        package let linked: Int
        /// Of those: open on that day, and trained first by this programme.
        package let firstTrained: Int

        package init(linked: Int, firstTrained: Int) {
            self.linked = linked
            self.firstTrained = firstTrained
        }
    }

    /// One way to see a change.
    package struct Outcome: Hashable, Sendable {
        /// Over all periods after the completion.
        package let overall: EffectFinding
        /// Period by period.
        package let periods: [EffectFinding]
        /// The same comparison for the last period before the completion: it should show nothing.
        package let before: EffectFinding
        package let verdict: EffectVerdict

        init(overall: EffectFinding, periods: [EffectFinding], before: EffectFinding) {
            self.overall = overall
            self.periods = periods
            self.before = before
            verdict = EffectVerdict(overall, before: before)
        }
    }

    package let programme: ProgrammeID
    package let funnel: Funnel
    /// Observed levels, `0...4`.
    package let behaviour: Outcome
    /// The metric's progress from baseline to target, `0...1`.
    package let progress: Outcome
}
