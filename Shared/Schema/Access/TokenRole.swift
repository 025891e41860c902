/// What the bearer of a token may do in its organisation.
package enum TokenRole: String, CaseIterable, Sendable {
    /// Everything.
    case admin
    /// Events and hooks.
    case integration
    case scim
    /// xAPI, training and learning events.
    case lms
    /// Reads.
    case auditor
}
