internal import Models
internal import Postgres

/// What earlier imports of a source said about people.
///
/// Source: `log.event` (`Shared/Schema`), as the owner.
struct EarlierAssignments {
    private let connection: Connection

    init(_ connection: Connection) { self.connection = connection }

    /// Every assignment of the source, the retracted ones marked.
    func of(
        source: String, organization: OrganizationID
    ) async throws(PostgresError) -> [HRISImport.Earlier] {
        let rows = try await connection.query(
            """
            SELECT e.id, e.data::jsonb ->> 'person', EXISTS (
                SELECT FROM log.event AS r
                WHERE r.organization_id = $1 AND r.type = $4
                    AND r.data::jsonb #>> '{event,source}' = $2 AND r.data::jsonb #>> '{event,id}' = e.id)
            FROM log.event AS e
            WHERE e.organization_id = $1 AND e.source = $2 AND e.type = $3
            """,
            [
                .int4(organization.rawValue), .text(source), .int2(EventType.personUpdated.code),
                .int2(EventType.eventRetracted.code),
            ])
        var earlier: [HRISImport.Earlier] = []
        for row in rows {
            earlier.append(
                HRISImport.Earlier(
                    identity: EventIdentity(source: source, id: try row.text(0)),
                    person: PersonID(unchecked: try row.text(1)), isRetracted: try row.bool(2)))
        }
        return earlier
    }
}
