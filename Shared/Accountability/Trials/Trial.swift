package import Models

/// One trial of a manager's measure, with what decided it. The trials of a measure add up to its `n` and `s`.
package struct Trial: Hashable, Sendable {
    package enum State: Hashable, Sendable {
        /// It counts.
        case counted
        /// It can still become a credit or none; `n` and `s` are zero.
        case pending(due: Day)
    }

    package let manager: PersonID
    package let measure: Measure
    /// For coaching the days that count, over the cadence; otherwise one.
    package let n: Fraction
    /// `0...n`.
    package let s: Fraction
    package let state: State
    /// The day that decided it; `nil` where the scored day itself does.
    package let decidedOn: Day?
    /// Whom it is about: the unit, whose facts it rests on.
    package let person: PersonID
    package let gap: GapID?
    /// What tells it from others about the same person and gap; `nil` where there is one a person or gap.
    package let occasion: TrialOccasion?
    /// The events that decided it, in their order; the absence of an event leaves none.
    package let evidence: [EventIdentity]
    /// Why it came out so, in one sentence without names.
    package let explanation: String
}
