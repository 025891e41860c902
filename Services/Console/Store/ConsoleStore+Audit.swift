import Models
import Postgres

extension ConsoleStore {
    /// One look at somebody's record, as the person reads it.
    struct Look: Sendable {
        let at: Instant
        let actor: String
        let action: String
        let reason: String
    }

    /// Writes that `viewer` looked at something of `people`, before it is shown: no look without its entry.
    ///
    /// - Parameter people: Whose record; the viewer's own is left out.
    func log(_ viewer: Viewer, lookedAt people: [PersonID], what: String, reason: String?) async throws {
        let others = people.filter { $0 != viewer.person }.map(\.rawValue)
        guard !others.isEmpty else { return }
        try await within(viewer.organization) { connection in
            _ = try await connection.query(
                """
                INSERT INTO audit.access (organization_id, person, viewer, viewer_role, what, reason)
                SELECT $1, person, $3, $4, $5, $6 FROM unnest($2) AS person
                """,
                [
                    .int4(viewer.organization.rawValue), .textArray(others), .text(viewer.person.rawValue),
                    .text(viewer.role.rawValue), .text(what), .text(reason),
                ])
        }
    }

    /// Who has looked at `person`'s record, newest first, at most 200.
    func looks(_ organization: OrganizationID, at person: PersonID) async throws -> [Look] {
        try await within(organization, person: person) { connection in
            let rows = try await connection.query(
                """
                SELECT at, viewer, what, coalesce(reason, '') FROM audit.access
                WHERE organization_id = $1 AND person = $2 ORDER BY id DESC LIMIT 200
                """, [.int4(organization.rawValue), .text(person.rawValue)])
            var looks: [Look] = []
            for row in rows {
                looks.append(
                    Look(
                        at: Instant(microseconds: try row.timestamptz(0).microsecondsSince1970),
                        actor: try row.text(1), action: try row.text(2), reason: try row.text(3)))
            }
            return looks
        }
    }
}
