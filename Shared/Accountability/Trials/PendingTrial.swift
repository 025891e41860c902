package import Models

/// A trial that can still become a credit or none: what falls due when, so that it can be scheduled.
package struct PendingTrial: Hashable, Sendable {
    package let manager: PersonID
    package let measure: Measure
    package let gap: GapID
    /// The last day on which it can still be met.
    package let due: Day
}
