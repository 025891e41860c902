import Models
import Postgres
import Schema
import ServiceKit

/// The minimisation rules of organisations, asked for at most once a second each.
struct RulesCache: Sendable {
    private let rules: SharedLookup<OrganizationID, MinimisationRules>

    init(pool: PostgresPool) {
        rules = SharedLookup(lifetime: .seconds(1)) { organization in
            let names = try await pool.withTransaction { connection in
                _ = try await connection.query(
                    "SELECT set_config('onus.organization_id', $1, true)", [.text(String(organization.rawValue))])
                return try await Organizations(connection).find(organization)?.minimisedNames
            }
            return names.map { MinimisationRules(names: Set($0)) }
        }
    }

    /// - Throws: ``PostgresError``. Nothing may be stored then: without the rules nobody knows what to remove.
    func rules(of organization: OrganizationID) async throws -> MinimisationRules {
        try await rules.value(for: organization) ?? .standard
    }
}
