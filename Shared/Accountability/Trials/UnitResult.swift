package import Models

/// What one unit gives: to each manager whose trials rest on it, and to each programme its person completed.
package struct UnitResult: Hashable, Sendable {
    /// None of them empty.
    package let contributions: [PersonID: Contribution]
    /// None of them empty.
    package let programmes: [ProgrammeID: ProgrammeContribution]

    /// What is undecided on the scored day, in the order of gaps and spells.
    package let pending: [PendingTrial]

    package init(
        contributions: [PersonID: Contribution] = [:], programmes: [ProgrammeID: ProgrammeContribution] = [:],
        pending: [PendingTrial] = []
    ) {
        self.contributions = contributions
        self.programmes = programmes
        self.pending = pending
    }
}
