package import Models
package import Postgres

/// A token as it is listed: everything but its secret, which nobody has.
package struct TokenRecord: Hashable, Sendable {
    package let id: UUIDBytes
    package let name: String
    package let role: TokenRole
    /// Events a second; `nil`: no limit of its own.
    package let rate: Int?
    package let state: TokenState
    package let created: Instant
    package let expires: Instant?
    package let revoked: Instant?
    /// To the minute; `nil` where it was never used.
    package let lastUsed: Instant?
}
