package import Models
package import Postgres

/// What an operator does with tokens that are there: `onus.token` (V0001, V0070), through its unique keys and, by name,
/// a scan of the organisation's few.
extension Tokens {
    /// Every token of the organisation, revoked ones included, oldest first.
    package func list(organization: OrganizationID) async throws(PostgresError) -> [TokenRecord] {
        let rows = try await connection.query(
            """
            SELECT id, name, role, rate, created, expires, revoked, last_used,
                CASE WHEN revoked IS NOT NULL THEN 'revoked' WHEN expires <= now() THEN 'expired'
                    WHEN replaced IS NOT NULL THEN 'replaced' ELSE 'valid' END
            FROM onus.token WHERE organization_id = $1 ORDER BY created, id
            """,
            [.int4(organization.rawValue)])
        var records: [TokenRecord] = []
        for row in rows {
            guard let role = TokenRole(rawValue: try row.text(2)), let state = TokenState(rawValue: try row.text(8))
            else { continue }
            records.append(
                TokenRecord(
                    id: try row.uuid(0), name: try row.text(1), role: role, rate: try row.optionalInt4(3).map(Int.init),
                    state: state, created: Instant(microseconds: try row.timestamptz(4).microsecondsSince1970),
                    expires: try row.optionalTimestamptz(5).map { Instant(microseconds: $0.microsecondsSince1970) },
                    revoked: try row.optionalTimestamptz(6).map { Instant(microseconds: $0.microsecondsSince1970) },
                    lastUsed: try row.optionalTimestamptz(7).map { Instant(microseconds: $0.microsecondsSince1970) }))
        }
        return records
    }

    /// Makes a new token of the same name, role and rate; the valid ones that it replaces go on for the overlap.
    ///
    /// - Parameters:
    ///   - token: A name, or the identifier of one token.
    ///   - overlap: How long the old ones go on; what would have expired earlier still does.
    ///   - expires: `nil`: after as long a life as the replaced one was given.
    /// - Returns: The new secret; `nil` where no valid token is meant, or several of different roles are.
    package func rotate(
        _ token: String, organization: OrganizationID, overlap: Duration, expires: TokenExpiry? = nil
    ) async throws(PostgresError) -> TokenSecret? {
        let secret = Self.newSecret()
        let made = try await connection.execute(
            """
            WITH chosen AS (
                SELECT t.id, t.name, t.role, t.rate, t.created, t.expires FROM onus.token AS t
                WHERE t.organization_id = $1 AND (t.name = $2 OR t.id = $3) AND t.revoked IS NULL
                    AND coalesce(t.expires, 'infinity') > now()
                FOR UPDATE
            ), alike AS (
                SELECT * FROM chosen WHERE (SELECT count(DISTINCT role) FROM chosen) = 1
            ), replaced AS (
                UPDATE onus.token AS t
                SET expires = least(coalesce(t.expires, 'infinity'), now() + $4), replaced = coalesce(t.replaced, now())
                FROM alike WHERE t.organization_id = $1 AND t.id = alike.id
            )
            INSERT INTO onus.token (organization_id, name, role, rate, hash, expires)
            SELECT $1, name, role, rate, $5,
                CASE WHEN $6 THEN coalesce($7, now() + $8) ELSE now() + (expires - created) END
            FROM alike ORDER BY created DESC, id LIMIT 1
            """,
            [
                .int4(organization.rawValue), .text(token), .uuid(UUIDBytes(token)), .interval(overlap),
                .bytea(secret.hash), .bool(expires != nil),
                .timestamptz(expires?.instant.map { Timestamp(microsecondsSince1970: $0.microseconds) }),
                .interval(expires?.lifetime),
            ])
        return made == 1 ? secret : nil
    }

    /// Revokes every valid token of a name, or the one of an identifier; services refuse it within a second.
    ///
    /// - Returns: How many were valid until now.
    package func revoke(_ token: String, organization: OrganizationID) async throws(PostgresError) -> Int {
        try await connection.execute(
            """
            UPDATE onus.token SET revoked = now()
            WHERE organization_id = $1 AND (name = $2 OR id = $3) AND revoked IS NULL
                AND coalesce(expires, 'infinity') > now()
            """,
            [.int4(organization.rawValue), .text(token), .uuid(UUIDBytes(token))])
    }
}
