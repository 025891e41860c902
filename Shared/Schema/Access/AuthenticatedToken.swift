package import Models
package import Postgres

/// Who presented a valid token.
package struct AuthenticatedToken: Hashable, Sendable {
    package let organization: OrganizationID
    package let id: UUIDBytes
    package let name: String
    package let role: TokenRole
    /// The events, and requests without events, that it may send a second to one replica; `nil`: no limit of its own.
    package let rate: Int?

    package init(organization: OrganizationID, id: UUIDBytes, name: String, role: TokenRole, rate: Int? = nil) {
        self.organization = organization
        self.id = id
        self.name = name
        self.role = role
        self.rate = rate
    }
}
