package import Models
package import Postgres

/// Turns held deliveries whose day has come into one digest a person.
///
/// Source: `notice.delivery` (V0020), through the index `delivery_held_idx`.
package enum Digests {
    /// Organisations in which one is due.
    ///
    /// - Throws: ``PostgresError``.
    package static func organizations(
        _ connection: Connection, at now: Instant? = nil
    ) async throws(PostgresError) -> [OrganizationID] {
        let rows = try await connection.query(
            """
            SELECT o.id FROM onus.organization AS o
            WHERE EXISTS (
                SELECT FROM notice.delivery AS d
                WHERE d.organization_id = o.id AND d.state = 'held' AND d.due <= coalesce($1, now()))
            ORDER BY o.id
            """, [.timestamptz(now.map { Timestamp(microsecondsSince1970: $0.microseconds) })])
        var organizations: [OrganizationID] = []
        for row in rows { organizations.append(OrganizationID(rawValue: try row.int4(0))) }
        return organizations
    }

    /// Writes the digests of one organisation that are due, at most `limit`.
    ///
    /// Mail of people who muted the digest is marked as muted instead.
    ///
    /// - Parameter now: What "due" is measured from; `nil`, as in production, is the database's clock.
    /// - Returns: How many people's held mail was taken.
    /// - Throws: ``PostgresError``.
    package static func assemble(
        _ connection: Connection, organization: OrganizationID, limit: Int, at now: Instant? = nil
    ) async throws(PostgresError) -> Int {
        let clock = Binding.timestamptz(now.map { Timestamp(microsecondsSince1970: $0.microseconds) })
        let due = try await connection.query(
            """
            SELECT DISTINCT recipient FROM notice.delivery
            WHERE organization_id = $1 AND state = 'held' AND due <= coalesce($2, now()) ORDER BY recipient LIMIT $3
            """, [.int4(organization.rawValue), clock, .int4(Int32(limit))])
        var people: [PersonID] = []
        for row in due { people.append(PersonID(unchecked: try row.text(0))) }
        try await PlannedDeliveries.lock(connection, organization: organization, recipients: Set(people))
        for person in people {
            // Another worker may have been faster before the lock was ours: then no row is held any more, and no
            // digest is written.
            _ = try await connection.query(
                """
                WITH held AS MATERIALIZED (
                    SELECT id FROM notice.delivery
                    WHERE organization_id = $1 AND recipient = $3 AND state = 'held' AND due <= coalesce($2, now())
                    FOR UPDATE
                ), digest AS (
                    INSERT INTO notice.delivery (organization_id, kind, channel, recipient, state, day, due)
                    SELECT $1, 'weekly_digest', 'email', $3, 'pending', (coalesce($2, now()) AT TIME ZONE 'UTC')::date,
                           coalesce($2, now())
                    WHERE EXISTS (SELECT FROM held) AND NOT EXISTS (
                        SELECT FROM notice.mute AS m
                        WHERE m.organization_id = $1 AND m.person = $3 AND m.kind = 'weekly_digest')
                    RETURNING id
                )
                UPDATE notice.delivery AS d
                SET state = CASE WHEN (SELECT id FROM digest) IS NULL THEN 'muted' ELSE 'digested' END,
                    digest_id = (SELECT id FROM digest), finished = coalesce($2, now())
                FROM held WHERE d.organization_id = $1 AND d.id = held.id
                """, [.int4(organization.rawValue), clock, .text(person.rawValue)])
        }
        return people.count
    }
}
