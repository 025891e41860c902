package import Models
package import Postgres

/// The tokens of `onus.token` (V0001, V0070). All but ``authenticate(_:)`` needs the owner's connection.
package struct Tokens: Sendable {
    /// The rates that a token may have, in events a second.
    package static let rates = 1...1_000_000

    let connection: Connection

    package init(_ connection: Connection) { self.connection = connection }

    /// Makes a token and returns its secret, which can't be had again.
    ///
    /// - Parameters:
    ///   - name: 1 to 100 characters; several tokens may share it.
    ///   - rate: Events a second, in ``rates``; `nil`: no limit of its own.
    package func create(
        name: String, role: TokenRole, organization: OrganizationID, expires: TokenExpiry = .never, rate: Int? = nil
    ) async throws(PostgresError) -> TokenSecret {
        let secret = Self.newSecret()
        _ = try await connection.execute(
            """
            INSERT INTO onus.token (organization_id, name, role, hash, expires, rate)
            VALUES ($1, $2, $3, $4, coalesce($5, now() + $6), $7)
            """,
            [
                .int4(organization.rawValue), .text(name), .text(role.rawValue), .bytea(secret.hash),
                .timestamptz(expires.instant.map { Timestamp(microsecondsSince1970: $0.microseconds) }),
                .interval(expires.lifetime), .int4(rate.map { Int32(clamping: $0) }),
            ])
        return secret
    }

    /// The token of this secret; `nil` where there is none, or it is revoked or has expired. Any service may ask.
    package func authenticate(_ secret: TokenSecret) async throws(PostgresError) -> AuthenticatedToken? {
        let rows = try await connection.query(
            "SELECT organization_id, id, name, role, rate FROM onus.authenticate_2($1)", [.bytea(secret.hash)])
        // A role that a newer build made opens nothing here.
        guard let row = rows.first, let role = TokenRole(rawValue: try row.text(3)) else { return nil }
        return AuthenticatedToken(
            organization: OrganizationID(rawValue: try row.int4(0)), id: try row.uuid(1), name: try row.text(2),
            role: role, rate: try row.optionalInt4(4).map(Int.init))
    }

    static func newSecret() -> TokenSecret {
        var generator = SystemRandomNumberGenerator()
        return TokenSecret(using: &generator)
    }
}
