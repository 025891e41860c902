import Models

/// Who brings statements and reads back what it brought: a token, known by its name and proved by its secret.
struct XAPIBringer: Sendable {
    let organization: OrganizationID
    let name: String
    /// SHA-256 of the secret, without which the database opens nothing behind the wall.
    let hash: [UInt8]
}
