import Models
import Postgres
import Schema
import ServiceKit

/// What organisations tie to the job, asked for at most once a second each.
struct MappingCache: Sendable {
    private let mappings: SharedLookup<OrganizationID, StatementMapping>

    init(pool: PostgresPool) {
        mappings = SharedLookup(lifetime: .seconds(1)) { organization in
            let document = try await pool.withTransaction { connection in
                _ = try await connection.query(
                    "SELECT set_config('onus.organization_id', $1, true)", [.text(String(organization.rawValue))])
                return try await StatementMappings(connection).document(of: organization)
            }
            return try document.map { try StatementMapping(try JSONParser.parse($0)) } ?? StatementMapping.none
        }
    }

    /// - Throws: What keeps it from being known. Nothing may be stored then: nobody knows whose it is.
    func mapping(of organization: OrganizationID) async throws -> StatementMapping {
        try await mappings.value(for: organization) ?? StatementMapping.none
    }
}
