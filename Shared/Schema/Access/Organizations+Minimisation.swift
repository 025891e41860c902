package import Models
package import Postgres

/// What is removed from events before they are stored: `onus.organization` (V0001) and `onus.minimisation` (V0067).
extension Organizations {
    /// - Returns: `nil` where there is no such organisation, or the connection's role may not see it.
    package func minimisation(of organization: OrganizationID) async throws(PostgresError) -> Minimisation? {
        guard let record = try await find(organization) else { return nil }
        let rows = try await connection.query(
            "SELECT source, names FROM onus.minimisation WHERE organization_id = $1", [.int4(organization.rawValue)])
        var sources: [Minimisation.Source] = []
        for row in rows {
            sources.append(
                Minimisation.Source(
                    prefix: try row.text(0), rules: MinimisationRules(names: Set(try row.textArray(1)))))
        }
        return Minimisation(MinimisationRules(names: Set(record.minimisedNames)), sources: sources)
    }

    /// Gives events whose source begins with `source` a list of their own, from now on. What is stored stays as it is.
    ///
    /// - Parameter source: 1 to 1024 characters.
    /// - Throws: ``PostgresError`` with `.checkViolation` where it is too long.
    package func setMinimisedNames(
        _ names: [String], ofSource source: String, organization: OrganizationID
    ) async throws(PostgresError) {
        _ = try await connection.execute(
            """
            INSERT INTO onus.minimisation (organization_id, source, names) VALUES ($1, $2, $3)
            ON CONFLICT (organization_id, source) DO UPDATE SET names = excluded.names
            """,
            [.int4(organization.rawValue), .text(source), .textArray(names)])
    }

    /// Lets the organisation's list count for this source again.
    ///
    /// - Returns: Whether it had one of its own.
    package func removeMinimisedNames(
        ofSource source: String, organization: OrganizationID
    ) async throws(PostgresError) -> Bool {
        try await connection.execute(
            "DELETE FROM onus.minimisation WHERE organization_id = $1 AND source = $2",
            [.int4(organization.rawValue), .text(source)]) == 1
    }
}
