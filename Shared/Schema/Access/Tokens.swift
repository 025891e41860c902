package import Models
package import Postgres

/// The tokens of `onus.token` (V0001). All but ``authenticate(_:)`` needs the owner's connection.
package struct Tokens: Sendable {
    private let connection: Connection

    package init(_ connection: Connection) { self.connection = connection }

    /// Makes a token and returns its secret, which can't be had again.
    ///
    /// - Parameters:
    ///   - name: 1 to 100 characters; several tokens may share it.
    ///   - expires: The token is refused from then on; `nil`: never.
    package func create(
        name: String, role: TokenRole, organization: OrganizationID, expires: Instant? = nil
    ) async throws(PostgresError) -> TokenSecret {
        var generator = SystemRandomNumberGenerator()
        let secret = TokenSecret(using: &generator)
        _ = try await connection.execute(
            "INSERT INTO onus.token (organization_id, name, role, hash, expires) VALUES ($1, $2, $3, $4, $5)",
            [
                .int4(organization.rawValue), .text(name), .text(role.rawValue), .bytea(secret.hash),
                .timestamptz(expires.map { Timestamp(microsecondsSince1970: $0.microseconds) }),
            ])
        return secret
    }

    /// The token of this secret; `nil` where there is none, or it is revoked or has expired. Any service may ask.
    package func authenticate(_ secret: TokenSecret) async throws(PostgresError) -> AuthenticatedToken? {
        let rows = try await connection.query(
            "SELECT organization_id, id, name, role FROM onus.authenticate($1)", [.bytea(secret.hash)])
        // A role that a newer build made opens nothing here.
        guard let row = rows.first, let role = TokenRole(rawValue: try row.text(3)) else { return nil }
        return AuthenticatedToken(
            organization: OrganizationID(rawValue: try row.int4(0)), id: try row.uuid(1), name: try row.text(2),
            role: role)
    }

    /// Every token of the organisation, revoked ones included, oldest first.
    package func list(organization: OrganizationID) async throws(PostgresError) -> [TokenRecord] {
        let rows = try await connection.query(
            """
            SELECT id, name, role, created, expires, revoked, last_used
            FROM onus.token WHERE organization_id = $1 ORDER BY created, id
            """,
            [.int4(organization.rawValue)])
        var records: [TokenRecord] = []
        for row in rows {
            guard let role = TokenRole(rawValue: try row.text(2)) else { continue }
            records.append(
                TokenRecord(
                    id: try row.uuid(0), name: try row.text(1), role: role,
                    created: Instant(microseconds: try row.timestamptz(3).microsecondsSince1970),
                    expires: try row.optionalTimestamptz(4).map { Instant(microseconds: $0.microsecondsSince1970) },
                    revoked: try row.optionalTimestamptz(5).map { Instant(microseconds: $0.microsecondsSince1970) },
                    lastUsed: try row.optionalTimestamptz(6).map { Instant(microseconds: $0.microsecondsSince1970) }))
        }
        return records
    }

    /// Revokes every token of this name; services refuse it within a second.
    ///
    /// - Returns: How many were valid until now.
    package func revoke(name: String, organization: OrganizationID) async throws(PostgresError) -> Int {
        try await connection.execute(
            "UPDATE onus.token SET revoked = now() WHERE organization_id = $1 AND name = $2 AND revoked IS NULL",
            [.int4(organization.rawValue), .text(name)])
    }
}
