package import Models

/// How much single trials move one manager's score.
///
/// The influence of a trial is the score minus the score without it: the posterior of the tally from which exactly
/// that trial's `n` and `s` are taken. For coaching the trial is everything that one person gives, `D/14` and `V/14`.
/// It is `nil` where either of the two is no number, since too few trials or measures would be left. Influences do not
/// add up to the score: trials of one measure share what is known of it.
package struct Influence {
    /// What a trial that is not decided yet would do.
    package struct Outlook: Hashable, Sendable {
        /// The score with the trial credited in full, minus the score.
        package let ifMet: Double?
        /// The score with the trial without credit, minus the score; seldom above zero.
        package let ifMissed: Double?
    }

    private struct Addend: Hashable {
        let measure: Measure
        let n: Fraction
        let s: Fraction
        let isTaken: Bool
    }

    private let posterior: Posterior
    private let manager: PersonID
    private let tally: Contribution
    private let score: Double?
    /// A span of thousands of reports has few different trials.
    private var known: [Addend: Double?] = [:]

    package init(on manager: PersonID, tally: Contribution, posterior: Posterior) {
        self.posterior = posterior
        self.manager = manager
        self.tally = tally
        score = posterior.score(manager: manager, tally)?.score
    }

    /// - Parameter trials: All of the manager's.
    package init(on manager: PersonID, _ trials: [Trial], _ assessment: Assessment) {
        self.init(on: manager, tally: assessment.side(of: manager, trials).tally, posterior: assessment.posterior)
    }

    /// The trial's influence, in points of the score; `nil` for a pending one, which has none yet.
    package mutating func of(_ trial: Trial) -> Double? {
        guard !trial.isPending else { return nil }
        return change(Addend(measure: trial.measure, n: trial.n, s: trial.s, isTaken: true)).map { -$0 }
    }

    /// What a pending trial would do; `nil` for one that is decided.
    package mutating func outlook(of trial: Trial) -> Outlook? {
        guard trial.isPending else { return nil }
        return Outlook(
            ifMet: change(Addend(measure: trial.measure, n: .one, s: .one, isTaken: false)),
            ifMissed: change(Addend(measure: trial.measure, n: .one, s: .zero, isTaken: false)))
    }

    /// The score of the changed tally minus the score.
    private mutating func change(_ addend: Addend) -> Double? {
        if let change = known[addend] { return change }
        var part = Contribution()
        part.add(addend.measure, n: addend.n, s: addend.s, policy: posterior.policy)
        let changed = addend.isTaken ? tally - part : tally + part
        var change: Double?
        if let score, let other = posterior.score(manager: manager, changed)?.score { change = other - score }
        known[addend] = change
        return change
    }
}
