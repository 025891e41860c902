package import Models

extension Trial {
    /// What stays the same of a trial from day to day and from policy to policy. No two trials of one manager on one
    /// day share it.
    package struct Key: Hashable, Sendable {
        package let measure: Measure
        package let person: PersonID
        package let gap: GapID?
        package let occasion: TrialOccasion?
    }

    package var key: Key { Key(measure: measure, person: person, gap: gap, occasion: occasion) }

    package var isPending: Bool {
        if case .pending = state { true } else { false }
    }

    /// The last scored day on which it counts, if its evidence stays in force: of trials that a day decides, the one
    /// before that day leaves the window. `nil` for those that the scored day itself decides, and for pending ones.
    package func lastDay(policy: Policy) -> Day? {
        guard !isPending, let decidedOn, measure != .outcome else { return nil }
        return decidedOn + (policy.window - 1)
    }

    /// Whether it comes out the same: the explanation follows from the rest.
    package func isSame(as other: Trial) -> Bool {
        n == other.n && s == other.s && state == other.state && decidedOn == other.decidedOn
            && evidence == other.evidence
    }

    /// The order in which trials are listed: by measure; within one by the day that decided or will, those that the
    /// scored day itself decides last; then by person and gap.
    package static func precedes(_ left: Trial, _ right: Trial) -> Bool {
        if left.measure != right.measure { return left.measure < right.measure }
        if left.listedOn != right.listedOn { return left.listedOn < right.listedOn }
        if left.person != right.person { return left.person < right.person }
        if left.gap != right.gap { return (left.gap?.rawValue ?? "") < (right.gap?.rawValue ?? "") }
        return left.evidence.lexicographicallyPrecedes(right.evidence)
    }

    private var listedOn: Day {
        if case .pending(let due) = state { return due }
        return decidedOn ?? .last
    }
}
