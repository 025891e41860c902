package import Models

/// An organisation and what is set for it.
package struct OrganizationRecord: Hashable, Sendable {
    package let id: OrganizationID
    package let name: String
    package let created: Instant
    /// The day that every score stands at; `nil` before the first turn.
    package let scoredDay: Day?
    /// Who gets notices meant for HR; `nil`: nobody yet.
    package let hrContact: PersonID?
    /// Who gets notices meant for L&D; `nil`: nobody yet.
    package let learningContact: PersonID?
    /// Members of `data` that are removed before anything is stored.
    package let minimisedNames: [String]
    package let policyVersion: Int
}
