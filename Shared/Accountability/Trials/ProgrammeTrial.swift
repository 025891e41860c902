package import Models

/// One trial of a programme's measure: a completion, and what followed.
package struct ProgrammeTrial: Hashable, Sendable {
    package let programme: ProgrammeID
    package let measure: ProgrammeMeasure
    package let isCredited: Bool
    package let person: PersonID
    package let completedOn: Day
    package let gap: GapID?
    /// The events that decided it, in their order.
    package let evidence: [EventIdentity]
}
