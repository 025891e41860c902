import Models
import Postgres
import Schema
import ServiceKit

/// What organisations minimise, asked for at most once a second each.
struct RulesCache: Sendable {
    private let rules: SharedLookup<OrganizationID, Minimisation>

    /// - Parameter now: What the second is measured by.
    init(pool: PostgresPool, now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) {
        rules = SharedLookup(lifetime: .seconds(1), now: now) { organization in
            try await pool.withTransaction { connection in
                _ = try await connection.query(
                    "SELECT set_config('onus.organization_id', $1, true)", [.text(String(organization.rawValue))])
                return try await Organizations(connection).minimisation(of: organization)
            }
        }
    }

    /// - Throws: ``PostgresError``. Nothing may be stored then: without the rules nobody knows what to remove.
    func rules(of organization: OrganizationID) async throws -> Minimisation {
        try await rules.value(for: organization) ?? .standard
    }

    /// The same where they are at hand; `nil` where the database is to be asked.
    func known(of organization: OrganizationID) -> Minimisation? {
        rules.known(for: organization)
    }
}
