package import Models

/// The difference between one manager's score on two days, or by two policies: the trials that entered, left or
/// changed, and what each of them did to the score. Added to the first side's trials they give the second's, exactly.
package struct ScoreDifference: Sendable {
    /// One of the two scores that are compared.
    package struct Side: Sendable {
        package let asOf: Day
        package let policy: Policy
        /// `nil` where no measure applies.
        package let score: ManagerScore?
        let trials: [Trial]
        let tally: Contribution

        package init(asOf: Day, policy: Policy, score: ManagerScore?, trials: [Trial]) {
            self.asOf = asOf
            self.policy = policy
            self.score = score
            self.trials = trials
            tally = trials.reduce(into: Contribution()) { $0 += Contribution($1, policy: policy) }
        }
    }

    package let manager: PersonID
    package let from: Side
    package let to: Side
    /// In the order of trials; empty where nothing differs.
    package let changes: [TrialChange]
    /// The part of the score's change that is the other constants' alone, on the first side's trials: `nil` where both
    /// sides have one policy, or one of them has no score.
    package let policyShare: Double?

    package init(manager: PersonID, from: Side, to: Side) {
        self.manager = manager
        self.from = from
        self.to = to
        var changes = Self.changes(from.trials, to.trials)
        let isScored = from.score?.score != nil && to.score?.score != nil
        var policyShare: Double?
        if isScored {
            let attribution = Attribution(from: from, to: to, changes: changes)
            for index in changes.indices { changes[index].share = attribution.share(of: changes[index]) }
            if from.policy != to.policy { policyShare = attribution.policyShare }
        }
        self.changes = changes
        self.policyShare = policyShare
    }

    /// The second score minus the first; `nil` where one is no number.
    package var change: Double? {
        guard let before = from.score?.score, let after = to.score?.score else { return nil }
        return after - before
    }

    package var isStatusChanged: Bool { from.score?.status != to.score?.status }

    private static func changes(_ before: [Trial], _ after: [Trial]) -> [TrialChange] {
        let old = Dictionary(before.map { ($0.key, $0) }) { first, _ in first }
        let new = Dictionary(after.map { ($0.key, $0) }) { first, _ in first }
        var changes: [TrialChange] = []
        for trial in before where new[trial.key] == nil { changes.append(TrialChange(before: trial, after: nil)) }
        for trial in after {
            guard let earlier = old[trial.key] else {
                changes.append(TrialChange(before: nil, after: trial))
                continue
            }
            if !trial.isSame(as: earlier) { changes.append(TrialChange(before: earlier, after: trial)) }
        }
        return changes.sorted { left, right in
            guard let first = left.trial, let second = right.trial else { return false }
            return Trial.precedes(first, second)
        }
    }
}
