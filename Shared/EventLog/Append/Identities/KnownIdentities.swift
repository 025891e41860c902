package import Models
package import Postgres

/// Which identities an organisation has, in whichever tier.
///
/// Source: `log.identity` (V0002), from which all tiers inherit (V0105).
package struct KnownIdentities: Sendable {
    private let pool: PostgresPool

    package init(pool: PostgresPool) { self.pool = pool }

    /// For callers that only want to know: a dry run.
    ///
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

    /// - Returns: Those of some identities that the organisation has, and when they were recorded.
    static func look(among hashes: [UUIDBytes], organization: OrganizationID) -> Statement {
        Statement(
            "SELECT identity, recorded FROM log.identity WHERE organization_id = $1 AND identity = ANY ($2)",
            [.int4(organization.rawValue), .uuidArray(hashes)])
    }
}
