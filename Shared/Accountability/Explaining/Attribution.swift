import Models

/// Divides a score's change among the changes of its trials, so that the parts add up to it.
///
/// The other policy's constants come first, on the trials as they were. Then the changes are made one after the other,
/// in the order of the measures, and a second time in the reverse order: a change's share is the mean of what it did
/// both times. Changes that are alike (the same measure, trials and credit) are made together and share equally.
struct Attribution {
    private struct Group: Hashable {
        let measure: Measure
        let n: Fraction
        let s: Fraction
    }

    let policyShare: Double
    private let shares: [Group: Double]

    init(from: ScoreDifference.Side, to: ScoreDifference.Side, changes: [TrialChange]) {
        let posterior = Posterior(policy: to.policy)
        let start = Posterior(policy: from.policy).sums(of: from.tally)
        policyShare =
            from.policy == to.policy
            ? 0 : posterior.estimate(start) - Posterior(policy: from.policy).estimate(start)
        var counts: [Group: Int] = [:]
        for change in changes { if let group = Self.group(change) { counts[group, default: 0] += 1 } }
        let groups = counts.keys.sorted(by: Self.precedes)
        let forth = Self.walk(groups, counts, start, posterior)
        let back = Self.walk(groups.reversed(), counts, start, posterior)
        shares = Dictionary(
            uniqueKeysWithValues: counts.map { group, count in
                (group, ((forth[group] ?? 0) + (back[group] ?? 0)) / 2 / Double(count))
            })
    }

    /// A change that leaves trials and credit as they were has no part in the score's.
    func share(of change: TrialChange) -> Double {
        Self.group(change).flatMap { shares[$0] } ?? 0
    }

    /// What each group does when the groups are made in this order.
    private static func walk(
        _ groups: [Group], _ counts: [Group: Int], _ start: [Measure: Posterior.Sum], _ posterior: Posterior
    ) -> [Group: Double] {
        var sums = start
        var score = posterior.estimate(sums)
        var steps: [Group: Double] = [:]
        for group in groups {
            let count = Double(counts[group] ?? 0)
            sums[group.measure, default: Posterior.Sum()].n += count * group.n.doubleValue
            sums[group.measure, default: Posterior.Sum()].s += count * group.s.doubleValue
            let next = posterior.estimate(sums)
            steps[group] = next - score
            score = next
        }
        return steps
    }

    private static func group(_ change: TrialChange) -> Group? {
        guard let trial = change.trial, change.n != .zero || change.s != .zero else { return nil }
        return Group(measure: trial.measure, n: change.n, s: change.s)
    }

    /// Within a measure more trials come first: what enters before what leaves.
    private static func precedes(_ left: Group, _ right: Group) -> Bool {
        if left.measure != right.measure { return left.measure < right.measure }
        return left.n == right.n ? left.s > right.s : left.n > right.n
    }
}
