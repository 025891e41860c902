package import Models
package import Postgres

/// Organisations' mappings of xAPI statements: `onus.statement_mapping` (V0069). Changes need the owner's connection.
package struct StatementMappings: Sendable {
    private let connection: Connection

    package init(_ connection: Connection) { self.connection = connection }

    /// - Returns: As it was set; `nil` where nothing is mapped.
    package func document(of organization: OrganizationID) async throws(PostgresError) -> String? {
        try await connection.query(
            "SELECT document FROM onus.statement_mapping WHERE organization_id = $1", [.int4(organization.rawValue)]
        ).first?.text(0)
    }

    /// Replaces the mapping, for statements that come from now on; `nil`: nothing is mapped any more.
    ///
    /// - Parameter document: A checked mapping.
    package func set(_ document: JSONValue?, organization: OrganizationID) async throws(PostgresError) {
        guard let document else {
            _ = try await connection.execute(
                "DELETE FROM onus.statement_mapping WHERE organization_id = $1", [.int4(organization.rawValue)])
            return
        }
        _ = try await connection.execute(
            """
            INSERT INTO onus.statement_mapping (organization_id, document) VALUES ($1, $2)
            ON CONFLICT (organization_id) DO UPDATE SET document = excluded.document, changed = now()
            """,
            [.int4(organization.rawValue), .text(document.serialized)])
    }
}
