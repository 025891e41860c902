package import Models

/// One thing that a manager could do next, and what it would do to the score.
package struct NextStep: Hashable, Sendable {
    package enum Kind: String, CaseIterable, Sendable {
        /// Observe the person at work and coach them on it.
        case coach
        /// Say what good performance is in the person's role, and go through it with them.
        case clarify
        /// Act on a gap before it is due.
        case act
        /// Close a gap with a change of behaviour that somebody other than the manager sees.
        case close
        /// Bring a gap's metric to its target.
        case reachTarget = "reach_target"
    }

    /// A score with the step taken, and its difference from the score without it; `nil` where there is no score.
    package struct Worth: Hashable, Sendable {
        package let score: Double?
        package let change: Double?
    }

    package let kind: Kind
    package let person: PersonID
    package let gap: GapID?
    /// The first day that is missed without it; `nil` where nothing is due.
    package let due: Day?
    /// On the scored day, with the step taken on it.
    package let today: Worth
    /// On ``aheadOn``, with the step taken on the scored day and nothing else happening until then.
    package let ahead: Worth
    /// The last day that a session of the scored day covers.
    package let aheadOn: Day

    /// The most valuable first: what it is worth ahead, then today.
    static func precedes(_ left: NextStep, _ right: NextStep) -> Bool {
        let values = [(left.ahead.change, right.ahead.change), (left.today.change, right.today.change)]
        for (first, second) in values where first != second { return first ?? -200 > second ?? -200 }
        if left.kind != right.kind { return left.kind.rawValue < right.kind.rawValue }
        if left.person != right.person { return left.person < right.person }
        return (left.gap?.rawValue ?? "") < (right.gap?.rawValue ?? "")
    }
}
