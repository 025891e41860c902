import Models

/// What became of one trial between two days or two policies.
package struct TrialChange: Hashable, Sendable {
    package enum Kind: String, CaseIterable, Sendable {
        case entered, left, changed
    }

    /// At least one of the two; of one key where there are both.
    package let before: Trial?
    package let after: Trial?
    /// The part of the score's change that is this trial's, in points; `nil` where there is no score on one side.
    /// With ``ScoreDifference/policyShare`` the shares add up to the score's change.
    package internal(set) var share: Double?

    package var kind: Kind {
        if before == nil { return .entered }
        return after == nil ? .left : .changed
    }

    /// The trial as it is, or as it was where it has left.
    package var trial: Trial? { after ?? before }

    /// What it adds to the measure's trials, exactly.
    package var n: Fraction { (after?.n ?? .zero) - (before?.n ?? .zero) }
    /// What it adds to the measure's credit, exactly.
    package var s: Fraction { (after?.s ?? .zero) - (before?.s ?? .zero) }
}
