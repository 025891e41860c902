import Models
import Postgres
import Schema
import Synchronization

/// The minimisation rules of organisations, asked for at most once a second each.
final class RulesCache: Sendable {
    private struct Known {
        let rules: MinimisationRules
        let until: ContinuousClock.Instant
    }

    private let pool: PostgresPool
    private let known = Mutex<[OrganizationID: Known]>([:])

    init(pool: PostgresPool) {
        self.pool = pool
    }

    /// - Throws: ``PostgresError``. Nothing may be stored then: without the rules nobody knows what to remove.
    func rules(of organization: OrganizationID) async throws -> MinimisationRules {
        let now = ContinuousClock.now
        if let entry = known.withLock({ $0[organization] }), entry.until > now {
            return entry.rules
        }
        let names = try await pool.withTransaction { connection in
            _ = try await connection.query(
                "SELECT set_config('onus.organization_id', $1, true)", [.text(String(organization.rawValue))])
            return try await Organizations(connection).find(organization)?.minimisedNames
        }
        let rules = names.map { MinimisationRules(names: Set($0)) } ?? .standard
        known.withLock { $0[organization] = Known(rules: rules, until: now + .seconds(1)) }
        return rules
    }
}
