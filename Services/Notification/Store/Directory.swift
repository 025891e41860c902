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

    /// Whom an unsubscribe link names; nil where no such person is known.
    ///
    /// A digest is looked for among all of the organisation's long identifiers: few have any.
    ///
    /// - Throws: ``PostgresError``.
    package static func person(
        _ connection: Connection, of token: UnsubscribeToken
    ) async throws(PostgresError) -> PersonID? {
        switch token.bearer {
        case .person(let person): return person
        case .digest(let octets):
            let rows = try await connection.query(
                """
                SELECT person FROM facts.person_directory
                WHERE organization_id = $1 AND octet_length(person) > $2 AND sha256(convert_to(person, 'UTF8')) = $3
                """,
                [
                    .int4(token.organization.rawValue), .int4(Int32(UnsubscribeToken.spelledOut)), .bytea(octets),
                ])
            for row in rows { return PersonID(unchecked: try row.text(0)) }
            return nil
        }
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
