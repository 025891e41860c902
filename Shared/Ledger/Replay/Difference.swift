/// Something stored that isn't what the log gives.
package struct Difference: Hashable, Sendable, CustomStringConvertible {
    /// Which projection: `fact`, `contribution`, `tally`, `deadline`, `score`, `programme`, `mark`.
    package let projection: String
    /// Whose: an event, a unit, a manager or a programme.
    package let subject: String
    /// What the log gives, and what is stored.
    package let detail: String

    package var description: String { "\(projection) of \(subject): \(detail)" }
}
