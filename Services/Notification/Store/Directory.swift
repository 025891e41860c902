package import Models
package import Postgres

/// People as of today, read from the facts.
///
/// Source: the view `facts.person_directory`. Needs the transaction's organisation to be set.
package enum Directory {
    /// The people asked for and, above each who has left, the leaders up to the first active one.
    ///
    /// - Throws: ``PostgresError``.
    package static func entries(
        _ connection: Connection, organization: OrganizationID, for people: Set<PersonID>
    ) async throws(PostgresError) -> [PersonID: DirectoryEntry] {
        var found: [PersonID: DirectoryEntry] = [:]
        var wanted = people
        // Each round is one level up; a circle ends because nobody is asked for twice.
        var asked = people
        while !wanted.isEmpty {
            let level = try await read(connection, organization: organization, people: wanted)
            for entry in level { found[entry.person] = entry }
            wanted = Set(level.filter { !$0.isActive }.compactMap(\.manager)).subtracting(asked)
            asked.formUnion(wanted)
        }
        return found
    }

    private static func read(
        _ connection: Connection, organization: OrganizationID, people: Set<PersonID>
    ) async throws(PostgresError) -> [DirectoryEntry] {
        let sql = """
            SELECT person, name, email, time_zone, active, manager FROM facts.person_directory
            WHERE organization_id = $1 AND person = ANY ($2)
            """
        let rows = try await connection.query(sql, [.int4(organization.rawValue), .textArray(people.map(\.rawValue))])
        var entries: [DirectoryEntry] = []
        for row in rows {
            entries.append(
                DirectoryEntry(
                    person: PersonID(unchecked: try row.text(0)), name: try row.optionalText(1),
                    email: try row.optionalText(2), timeZone: try row.optionalText(3), isActive: try row.bool(4),
                    manager: try row.optionalText(5).map(PersonID.init(unchecked:))))
        }
        return entries
    }
}
