/// The constants of the model. Every score names the version of the policy that made it.
///
/// Source: docs/scoring-model.md; the defaults are its constants. Days are whole days, shares are in `0...1`.
package struct Policy: Hashable, Sendable {
    package var version = 1
    /// Days of the window, the scored day included.
    package var window = 90
    /// Days that one coaching session covers, its own included.
    package var cadence = 14
    /// The day of a spell, from 1, on which clarity is expected.
    package var clarityGrace = 14
    package var actionDue = 14
    package var closureDue = 90
    /// Days after which an open gap climbs one more level.
    package var climbEvery = 90
    package var chainDue = 30
    /// Days before a training request in which the manager must have coached.
    package var triageLookback = 30
    /// Days under the manager from which outside coaching is judged.
    package var complementDays = 28
    /// The share of days covered from which outside coaching complements the manager.
    package var complementShare = 0.5
    /// The observed level from which a closure is verified, `0...4`.
    package var verifiedLevel = 3.0
    /// The metric's progress from which a closure is verified.
    package var verifiedProgress = 0.5
    /// The credit of a closure that nothing verifies: 0, 0.5 or 1, since credits are counted in halves.
    package var unverifiedCredit = 0.5
    /// Days of a programme's window, the scored day included.
    package var programmeWindow = 180
    package var followupDays = 90
    /// Completions from which a programme without a linked one is `unlinked`.
    package var unlinkedFrom = 3
    /// The trials with and without credit that a programme's measures begin with; 1 is a uniform prior.
    package var programmePrior = 1.0
    /// What a measure weighs; whole and positive.
    package var weights: [Measure: Int] = [
        .clarity: 1, .coaching: 2, .situational: 1, .complement: 1, .action: 2, .closure: 2, .triage: 1, .outcome: 2,
        .chain: 2,
    ]
    /// The trials that each measure borrows from the level.
    package var kappa = 2.0
    /// The points over which the level is integrated.
    package var levels = 32
    /// Half the interval's width, in standard deviations.
    package var intervalFactor = 1.645
    /// The lower bound from which a manager is `owning`, `0...100`.
    package var owningLow = 60.0
    /// The upper bound below which a manager is `outsourced`, `0...100`.
    package var outsourcedHigh = 50.0
    /// Fewer measures or trials than these are `insufficient`.
    package var minimumMeasures = 2
    package var minimumTrials = 3

    package init() {}

    /// Version 1: the constants of the model.
    package static let standard = Policy()

    package func weight(of measure: Measure) -> Int { weights[measure] ?? 1 }

    /// ``unverifiedCredit`` in halves, as credits are counted.
    package var unverifiedHalves: Int { Int((unverifiedCredit * 2).rounded()) }
}
