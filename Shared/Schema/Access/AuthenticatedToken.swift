package import Models
package import Postgres

/// Who presented a valid token.
package struct AuthenticatedToken: Hashable, Sendable {
    package let organization: OrganizationID
    package let id: UUIDBytes
    package let name: String
    package let role: TokenRole

    package init(organization: OrganizationID, id: UUIDBytes, name: String, role: TokenRole) {
        self.organization = organization
        self.id = id
        self.name = name
        self.role = role
    }
}
