package import Models
package import Postgres

/// Which identities an organisation has, for callers that only want to know (a dry run).
///
/// Source: `log.identity` (V0002).
package struct KnownIdentities: Sendable {
    private let pool: PostgresPool

    package init(pool: PostgresPool) { self.pool = pool }

    /// - Parameter hashes: Of the identities asked for.
    /// - Returns: How many of them the organisation has already.
    package func count(
        among hashes: Set<UUIDBytes>, organization: OrganizationID
    ) async throws(PostgresError) -> Int {
        let results = try await pool.pipeline([
            .working(for: organization),
            Statement(
                "SELECT count(*) FROM log.identity WHERE organization_id = $1 AND identity = ANY ($2)",
                [.int4(organization.rawValue), .uuidArray(Array(hashes))]),
        ])
        return try results[1].only().int(0)
    }
}
