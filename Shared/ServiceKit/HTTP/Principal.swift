package import Models

/// What a token may do.
package enum TokenRole: String, CaseIterable, Sendable {
    /// Everything in its organisation.
    case admin
    /// Sends events and hooks.
    case integration
    /// Provisions people.
    case scim
    /// Sends xAPI statements, training and learning events.
    case lms
    /// Reads.
    case auditor
}

/// Whose request this is: one token of one organisation.
package struct Principal: Hashable, Sendable {
    package let organization: OrganizationID
    /// The token's identity (a UUID in text form), for the quarantine and the audit log.
    package let token: String
    package let name: String
    package let role: TokenRole

    package init(organization: OrganizationID, token: String, name: String, role: TokenRole) {
        self.organization = organization
        self.token = token
        self.name = name
        self.role = role
    }
}
