package import Models
package import Postgres

/// What one source has said about people's assignments, retracted or not: what a new snapshot of it is compared with.
///
/// Source: `log.every_event` (V0055), through `event_snapshot_idx` (V0048). Needs the owner's connection.
package struct SourceAssignments: Sendable {
    package struct Record: Hashable, Sendable {
        package let identity: EventIdentity
        package let person: PersonID
        package let effectiveFrom: Day
        package let isActive: Bool
        /// Whether an event retracts it, of this source or of another.
        package let isRetracted: Bool

        package init(
            identity: EventIdentity, person: PersonID, effectiveFrom: Day, isActive: Bool, isRetracted: Bool = false
        ) {
            self.identity = identity
            self.person = person
            self.effectiveFrom = effectiveFrom
            self.isActive = isActive
            self.isRetracted = isRetracted
        }
    }

    private let connection: Connection

    package init(_ connection: Connection) { self.connection = connection }

    /// - Returns: Every assignment of the source in the organisation's log, read by scoring or not; in no order.
    package func records(
        of source: String, organization: OrganizationID
    ) async throws(PostgresError) -> [Record] {
        let rows = try await connection.query(
            """
            WITH retracted AS MATERIALIZED (
                SELECT DISTINCT data::jsonb #>> '{event,id}' AS id FROM log.every_event
                WHERE organization_id = $1 AND type = $4 AND data::jsonb #>> '{event,source}' = $2
            )
            SELECT e.id, e.data::jsonb ->> 'person', r.id IS NOT NULL,
                (e.data::jsonb ->> 'effectiveFrom')::date, (e.data::jsonb ->> 'active')::boolean
            FROM log.every_event AS e LEFT JOIN retracted AS r ON r.id = e.id
            WHERE e.organization_id = $1 AND e.source = $2 AND e.type = $3
            """,
            [
                .int4(organization.rawValue), .text(source), .int2(EventType.personUpdated.code),
                .int2(EventType.eventRetracted.code),
            ])
        var records: [Record] = []
        for row in rows {
            records.append(
                Record(
                    identity: EventIdentity(source: source, id: try row.text(0)),
                    person: PersonID(unchecked: try row.text(1)),
                    effectiveFrom: Day(number: Int(try row.date(3).daysSince1970)), isActive: try row.bool(4),
                    isRetracted: try row.bool(2)))
        }
        return records
    }
}
