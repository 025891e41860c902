import Models
import Postgres

extension ConsoleStore {
    /// One viewer's looks of one day at the same part of somebody's record, as the person reads them.
    struct Look: Sendable {
        /// The first one's entry.
        let id: Int64
        let at: Instant
        let actor: String
        let action: String
        let reason: String
        let times: Int
    }

    /// How many looks a page lists.
    static let lookPage = 50

    /// Writes that `viewer` looked at something of `people`, before it is shown: no look without its entry.
    ///
    /// - Parameters:
    ///   - people: Whose record; the viewer's own is left out.
    ///   - isDaily: Whether one entry a day is enough, as of a page that shows a line of everybody.
    func log(
        _ viewer: Viewer, lookedAt people: some Collection<PersonID>, what: String, reason: String?,
        isDaily: Bool = false
    ) async throws {
        let others = people.filter { $0 != viewer.person }.map(\.rawValue)
        guard !others.isEmpty else { return }
        try await within(viewer.organization) { connection in
            _ = try await connection.query(
                """
                INSERT INTO audit.access (organization_id, person, viewer, viewer_role, what, reason, day)
                SELECT $1, person, $3, $4, $5, $6, CASE WHEN $7 THEN (now() AT TIME ZONE 'UTC')::date END
                FROM unnest($2) AS person ORDER BY person    -- in one order, so that two such pages do not block each other
                ON CONFLICT DO NOTHING
                """,
                [
                    .int4(viewer.organization.rawValue), .textArray(others), .text(viewer.person.rawValue),
                    .text(viewer.role.rawValue), .text(what), .text(reason), .bool(isDaily),
                ])
        }
    }

    /// Who has looked at `person`'s record, newest first. What a viewer looked at several times on one UTC day is one
    /// line, so that a rare look is not lost among frequent ones.
    ///
    /// - Parameter before: Only looks whose first entry is older than this one; `nil` for the newest.
    ///
    /// Source: `audit.access`, by its primary key; a group is ordered by its first entry, which never changes.
    func looks(_ organization: OrganizationID, at person: PersonID, before: Int64?) async throws -> [Look] {
        try await within(organization, person: person) { connection in
            let rows = try await connection.query(
                """
                SELECT min(id), min(at), viewer, what, coalesce(reason, ''), count(*) FROM audit.access
                WHERE organization_id = $1 AND person = $2
                GROUP BY (at AT TIME ZONE 'UTC')::date, viewer, viewer_role, what, reason
                HAVING min(id) < coalesce($3, 9223372036854775807) ORDER BY min(id) DESC LIMIT $4
                """,
                [
                    .int4(organization.rawValue), .text(person.rawValue), .int8(before), .int8(Int64(Self.lookPage)),
                ])
            return try rows.map { row in
                Look(
                    id: try row.int8(0), at: Instant(microseconds: try row.timestamptz(1).microsecondsSince1970),
                    actor: try row.text(2), action: try row.text(3), reason: try row.text(4),
                    times: Int(try row.int8(5)))
            }
        }
    }
}
