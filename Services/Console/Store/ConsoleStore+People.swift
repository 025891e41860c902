import Models
import Postgres

extension ConsoleStore {
    /// Names, roles and units of some people as of today; those who are unknown are left out.
    ///
    /// Shown only, never scored: the assignment with the greatest `effectiveFrom` up to today, corrections aside.
    ///
    /// Source: `facts.event`, through the index on persons.
    func people(_ organization: OrganizationID, _ ids: some Collection<PersonID>) async throws -> [PersonID:
        PersonEntry]
    {
        guard !ids.isEmpty else { return [:] }
        let wanted = ids.map(\.rawValue)
        return try await within(organization) { connection in
            let rows = try await connection.query(
                """
                SELECT DISTINCT ON (person)
                    person, data::json ->> 'name', data::json ->> 'role', data::json ->> 'unit'
                FROM facts.event
                WHERE organization_id = $1 AND type = $2 AND person = ANY ($3)
                    AND data::json ->> 'effectiveFrom' <= to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD')
                ORDER BY person, data::json ->> 'effectiveFrom' DESC, time DESC, source DESC, id DESC
                """,
                [.int4(organization.rawValue), .int2(EventType.personUpdated.code), .textArray(wanted)])
            var people: [PersonID: PersonEntry] = [:]
            for row in rows {
                let id = PersonID(unchecked: try row.text(0))
                people[id] = PersonEntry(
                    id: id, name: try row.optionalText(1) ?? id.rawValue, role: try row.optionalText(2),
                    unit: try row.optionalText(3))
            }
            return people
        }
    }

    /// Whether the organisation's owner named this person as its contact for HR or for L&D.
    func isContact(_ person: PersonID, of organization: OrganizationID) async throws -> Bool {
        try await within(organization) { connection in
            try await connection.query(
                """
                SELECT EXISTS (
                    SELECT FROM onus.organization WHERE id = $1 AND $2 IN (hr_contact, l_and_d_contact))
                """,
                [.int4(organization.rawValue), .text(person.rawValue)]
            ).only().bool(0)
        }
    }

    /// Some managers to offer on the development sign-in: those with the highest scores, at most twelve.
    func suggestions(_ organization: OrganizationID) async throws -> [PersonID] {
        try await within(organization) { connection in
            let rows = try await connection.query(
                "SELECT manager FROM score.current WHERE organization_id = $1 ORDER BY score DESC NULLS LAST, manager LIMIT 12",
                [.int4(organization.rawValue)])
            return try rows.map { PersonID(unchecked: try $0.text(0)) }
        }
    }
}
