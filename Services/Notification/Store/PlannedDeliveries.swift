package import Models
package import Postgres

/// Reads and writes what the planner decides.
///
/// Source: `notice.delivery` (V0020).
package enum PlannedDeliveries {
    /// Holds the planning of these people for this transaction, so that two workers never give out the same place in
    /// a day's allowance. In one order everywhere, so that no two workers wait for each other.
    ///
    /// - Throws: ``PostgresError``.
    package static func lock(
        _ connection: Connection, organization: OrganizationID, recipients: Set<PersonID>
    ) async throws(PostgresError) {
        for recipient in recipients.sorted() {
            _ = try await connection.query(
                "SELECT pg_advisory_xact_lock($1, hashtext($2))",
                [.int4(organization.rawValue), .text("notice.recipient " + recipient.rawValue)])
        }
    }

    /// Every mail planned for the recipient on that day that has a place in its allowance.
    ///
    /// - Throws: ``PostgresError``.
    package static func mails(
        _ connection: Connection, organization: OrganizationID, recipient: PersonID, day: Day
    ) async throws(PostgresError) -> [DeliveryPlanner.Planned] {
        let sql = """
            SELECT id, kind, state = 'pending' AND attempts = 0 FROM notice.delivery
            WHERE organization_id = $1 AND recipient = $2 AND day = $3 AND channel = 'email'
                AND notice_id IS NOT NULL AND state IN ('pending', 'sent', 'parked')
            ORDER BY id FOR UPDATE
            """
        // The rows are locked: one that a deliverer claims meanwhile must not be displaced.
        let rows = try await connection.query(
            sql,
            [
                .int4(organization.rawValue), .text(recipient.rawValue),
                .date(DateValue(daysSince1970: Int32(day.number))),
            ])
        var planned: [DeliveryPlanner.Planned] = []
        for row in rows {
            // A kind of a newer version takes a place, and is left alone.
            let kind = NoticeKind(rawValue: try row.text(1))
            planned.append(
                .init(
                    delivery: try row.int8(0), kind: kind ?? .weeklyDigest, canWait: try row.bool(2) && kind != nil))
        }
        return planned
    }

    /// Writes one recipient's plan: new deliveries, and the displaced ones into the digest.
    ///
    /// - Throws: ``PostgresError``.
    package static func write(
        _ connection: Connection, organization: OrganizationID, recipient: PersonID, plan: DeliveryPlan,
        kinds: [Int64: NoticeKind]
    ) async throws(PostgresError) {
        let deliveries = plan.deliveries
        _ = try await connection.execute(
            """
            INSERT INTO notice.delivery
                (organization_id, notice_id, kind, channel, recipient, webhook_id, state, day, due, finished)
            SELECT $1, d.notice_id, d.kind, d.channel, $2, d.webhook_id, d.state, d.day, d.due,
                CASE WHEN d.state IN ('sent', 'muted') THEN d.due END
            FROM unnest($3::bigint[], $4::text[], $5::text[], $6::bigint[], $7::text[], $8::date[], $9::timestamptz[])
                WITH ORDINALITY AS d (notice_id, kind, channel, webhook_id, state, day, due, place)
            ORDER BY d.place
            ON CONFLICT DO NOTHING    -- a notice that was planned anew keeps the webhook calls of its first plan
            """,
            [
                .int4(organization.rawValue), .text(recipient.rawValue), .int8Array(deliveries.map(\.notice)),
                .textArray(deliveries.map { kinds[$0.notice]?.rawValue }),
                .textArray(deliveries.map(\.channel.rawValue)), .int8Array(deliveries.map(\.webhook)),
                .textArray(deliveries.map(\.state.rawValue)),
                .dateArray(deliveries.map { DateValue(daysSince1970: Int32($0.day.number)) }),
                .timestamptzArray(deliveries.map { Timestamp(microsecondsSince1970: $0.due.microseconds) }),
            ])
        guard !plan.displaced.isEmpty else { return }
        _ = try await connection.execute(
            """
            UPDATE notice.delivery SET state = 'held', due = $3
            WHERE organization_id = $1 AND id = ANY ($2) AND state = 'pending' AND attempts = 0
            """,
            [
                .int4(organization.rawValue), .int8Array(plan.displaced),
                .timestamptz(Timestamp(microsecondsSince1970: plan.digest.microseconds)),
            ])
    }

    /// The webhooks that want notices of these kinds.
    ///
    /// - Throws: ``PostgresError``.
    package static func webhooks(
        _ connection: Connection, organization: OrganizationID
    ) async throws(PostgresError) -> [NoticeKind: [Int64]] {
        let rows = try await connection.query(
            """
            SELECT w.id, kind FROM notice.webhook AS w CROSS JOIN LATERAL unnest(w.kinds) AS kind
            WHERE w.organization_id = $1 AND w.disabled IS NULL ORDER BY w.id
            """, [.int4(organization.rawValue)])
        var webhooks: [NoticeKind: [Int64]] = [:]
        for row in rows {
            guard let kind = NoticeKind(rawValue: try row.text(1)) else { continue }
            webhooks[kind, default: []].append(try row.int8(0))
        }
        return webhooks
    }
}
