package import Models
package import Postgres

/// Deliveries as jobs: claimed with a lease, attempted outside any transaction, then given an outcome.
///
/// Source: `notice.delivery` (V0020, V0089), through the index `delivery_due_idx`.
package enum DueDeliveries {
    /// The kinds that this build knows. A delivery of another one, which a newer build has planned, is left to that build.
    private static let known = Binding.textArray(NoticeKind.allCases.map(\.rawValue))

    /// The lanes in which something is due: mail before webhooks, then the one that has waited longest.
    ///
    /// - Parameter now: What "due" is measured from; `nil`, as in production, is the database's clock.
    /// - Throws: ``PostgresError``.
    package static func lanes(
        _ connection: Connection, at now: Instant? = nil
    ) async throws(PostgresError) -> [DeliveryLane] {
        let rows = try await connection.query(
            """
            SELECT o.id, lane.webhook_id FROM onus.organization AS o CROSS JOIN LATERAL (
                SELECT d.webhook_id, min(d.due) AS due FROM notice.delivery AS d
                WHERE d.organization_id = o.id AND d.state = 'pending' AND d.due <= coalesce($1, now())
                    AND d.kind = ANY ($2)
                    AND (d.leased_until IS NULL OR d.leased_until <= coalesce($1, now()))
                GROUP BY d.webhook_id
            ) AS lane
            ORDER BY lane.webhook_id IS NOT NULL, lane.due, o.id
            """, [clock(now), Self.known])
        var lanes: [DeliveryLane] = []
        for row in rows {
            lanes.append(
                DeliveryLane(
                    organization: OrganizationID(rawValue: try row.int4(0)), webhook: try row.optionalInt8(1)))
        }
        return lanes
    }

    /// Claims due deliveries of one lane, oldest first, skipping those another worker holds.
    ///
    /// - Parameters:
    ///   - limit: At most this many.
    ///   - lease: How long the claim holds; afterwards any worker may claim the delivery again, under the same
    ///     identity.
    /// - Throws: ``PostgresError``. After a lost connection the claim may have been committed; its lease runs out.
    package static func claim(
        _ connection: Connection, lane: DeliveryLane, limit: Int, lease: Duration, at now: Instant? = nil
    ) async throws(PostgresError) -> [ClaimedDelivery] {
        let sql = """
            WITH due AS MATERIALIZED (    -- a fence: joined directly, LIMIT could be planned away
                SELECT id FROM notice.delivery
                WHERE organization_id = $1 AND state = 'pending' AND due <= coalesce($2, now())
                    AND (leased_until IS NULL OR leased_until <= coalesce($2, now()))
                    AND webhook_id IS NOT DISTINCT FROM $5 AND kind = ANY ($6)
                ORDER BY due, id LIMIT $3 FOR UPDATE SKIP LOCKED
            ), claimed AS (
                UPDATE notice.delivery AS d
                SET leased_until = coalesce($2, now()) + $4, attempts = d.attempts + 1,
                    -- A lease that ran out is an attempt without an outcome.
                    begun = d.begun OR d.leased_until IS NOT NULL
                FROM due WHERE d.organization_id = $1 AND d.id = due.id
                RETURNING d.id, d.notice_id, d.webhook_id, d.recipient, d.kind, d.attempts, d.identity, d.begun, d.due,
                    d.leased_until
            )
            SELECT id, notice_id, webhook_id, recipient, kind, attempts, replace(identity::text, '-', ''), begun,
                leased_until
            FROM claimed ORDER BY due, id
            """
        let rows = try await connection.query(
            sql,
            [
                .int4(lane.organization.rawValue), clock(now), .int4(Int32(limit)), .interval(lease),
                .int8(lane.webhook), Self.known,
            ])
        var claimed: [ClaimedDelivery] = []
        for row in rows {
            let name = try row.text(4)
            guard let kind = NoticeKind(rawValue: name) else {
                throw PostgresError(.decoding, "notice.delivery.kind: expected a kind that was asked for, got \(name)")
            }
            claimed.append(
                ClaimedDelivery(
                    organization: lane.organization, id: try row.int8(0), notice: try row.optionalInt8(1),
                    route: try row.optionalInt8(2).map { .webhook($0) } ?? .email,
                    recipient: PersonID(unchecked: try row.text(3)),
                    kind: kind, attempt: Int(try row.int4(5)),
                    leasedUntil: Instant(microseconds: try row.timestamptz(8).microsecondsSince1970),
                    identity: try row.text(6), isBegun: try row.bool(7)))
        }
        return claimed
    }

    /// Writes what became of an attempt.
    ///
    /// A success counts even where the lease ran out meanwhile: the receiver has it. Anything else counts only while
    /// no other worker has claimed the delivery since: while the attempt's number and the lease's end are the claim's.
    ///
    /// - Throws: ``PostgresError``.
    package static func finish(
        _ connection: Connection, _ delivery: ClaimedDelivery, _ decision: DeliveryDecision, at now: Instant? = nil
    ) async throws(PostgresError) {
        let key: [Binding] = [.int4(delivery.organization.rawValue), .int8(delivery.id), clock(now)]
        switch decision {
        case .sent:
            _ = try await connection.execute(
                """
                UPDATE notice.delivery
                SET state = 'sent', finished = coalesce($3, now()), leased_until = NULL, last_error = NULL
                WHERE organization_id = $1 AND id = $2 AND state = 'pending'
                """, key)
        case .retry(let wait, let reason, let begun):
            _ = try await connection.execute(
                """
                UPDATE notice.delivery
                SET due = coalesce($3, now()) + $4, leased_until = NULL, last_error = $5, begun = begun OR $7
                WHERE organization_id = $1 AND id = $2 AND state = 'pending' AND attempts = $6 AND leased_until = $8
                """,
                key + [.interval(wait), .text(reason), .int4(Int32(delivery.attempt)), .bool(begun), lease(delivery)])
        case .parked(let reason):
            _ = try await connection.execute(
                """
                UPDATE notice.delivery
                SET state = 'parked', finished = coalesce($3, now()), leased_until = NULL, last_error = $4
                WHERE organization_id = $1 AND id = $2 AND state = 'pending' AND attempts = $5 AND leased_until = $6
                """, key + [.text(reason), .int4(Int32(delivery.attempt)), lease(delivery)])
        case .postponed(let wait):
            try await postpone(delivery, wait, connection)
        case .muted:
            _ = try await connection.execute(
                """
                UPDATE notice.delivery SET state = 'muted', finished = coalesce($3, now()), leased_until = NULL
                WHERE organization_id = $1 AND id = $2 AND state = 'pending' AND attempts = $4 AND leased_until = $5
                """, key + [.int4(Int32(delivery.attempt)), lease(delivery)])
        case .replanned:
            try await replan(delivery, connection)
        case .webhookGone:
            try await park(webhookOf: delivery, connection, key)
        }
    }

    /// Puts a mail off to the end of quiet hours, as if it had not been claimed. One that was never tried and finds
    /// that day's allowance used up waits for the digest; one that was keeps its identity, which a digest has not.
    private static func postpone(
        _ delivery: ClaimedDelivery, _ wait: QuietWait, _ connection: Connection
    ) async throws(PostgresError) {
        try await PlannedDeliveries.lock(
            connection, organization: delivery.organization, recipients: [delivery.recipient])
        _ = try await connection.execute(
            """
            UPDATE notice.delivery AS d
            SET state = CASE WHEN others.fill THEN 'held' ELSE 'pending' END,
                due = CASE WHEN others.fill THEN $6::timestamptz ELSE $4 END,
                day = $5, attempts = d.attempts - 1, leased_until = NULL
            FROM (
                SELECT $7 AND count(*) >= $8 AS fill FROM notice.delivery AS o
                WHERE o.organization_id = $1 AND o.recipient = $9 AND o.day = $5 AND o.channel = 'email'
                    AND o.notice_id IS NOT NULL AND o.state IN ('pending', 'sent', 'parked') AND o.id <> $2
            ) AS others
            WHERE d.organization_id = $1 AND d.id = $2 AND d.state = 'pending' AND d.attempts = $3
                AND d.leased_until = $10
            """,
            [
                .int4(delivery.organization.rawValue), .int8(delivery.id), .int4(Int32(delivery.attempt)),
                .timestamptz(Timestamp(microsecondsSince1970: wait.until.microseconds)),
                .date(DateValue(daysSince1970: Int32(wait.day.number))),
                .timestamptz(Timestamp(microsecondsSince1970: wait.digest.microseconds)),
                .bool(delivery.attempt == 1 && delivery.notice != nil), .int8(Int64(DeliveryPlanner.dailyAllowance)),
                .text(delivery.recipient.rawValue), lease(delivery),
            ])
    }

    /// Takes the notice, or those of the digest, back out of the recipient's inbox and mail, and queues it again.
    private static func replan(_ delivery: ClaimedDelivery, _ connection: Connection) async throws(PostgresError) {
        _ = try await connection.execute(
            """
            WITH mine AS MATERIALIZED (
                SELECT id, notice_id FROM notice.delivery
                WHERE organization_id = $1 AND (id = $2 OR digest_id = $2) AND EXISTS (
                    SELECT FROM notice.delivery AS own
                    WHERE own.organization_id = $1 AND own.id = $2 AND own.state = 'pending' AND own.attempts = $3
                        AND own.leased_until = $4)
            ), taken AS (
                DELETE FROM notice.delivery AS d USING mine
                WHERE d.organization_id = $1 AND d.channel IN ('inbox', 'email')
                    AND (d.id = mine.id OR d.notice_id = mine.notice_id)
            )
            INSERT INTO notice.pending (organization_id, notice_id)
            SELECT $1, notice_id FROM mine WHERE notice_id IS NOT NULL ON CONFLICT DO NOTHING
            """,
            [
                .int4(delivery.organization.rawValue), .int8(delivery.id), .int4(Int32(delivery.attempt)),
                lease(delivery),
            ])
    }

    /// Switches a webhook off, and parks everything that still waits for it.
    private static func park(
        webhookOf delivery: ClaimedDelivery, _ connection: Connection, _ key: [Binding]
    ) async throws(PostgresError) {
        guard case .webhook(let webhook) = delivery.route else { return }
        _ = try await connection.execute(
            """
            WITH off AS (
                UPDATE notice.webhook SET disabled = coalesce($3, now())
                WHERE organization_id = $1 AND id = $4 AND disabled IS NULL
            )
            UPDATE notice.delivery
            SET state = 'parked', finished = coalesce($3, now()), leased_until = NULL,
                last_error = 'the receiver answered 410: the webhook is switched off'
            WHERE organization_id = $1 AND webhook_id = $4
                AND (state = 'pending' OR id = $2)
            """, key + [.int8(webhook)])
    }

    private static func lease(_ delivery: ClaimedDelivery) -> Binding {
        .timestamptz(Timestamp(microsecondsSince1970: delivery.leasedUntil.microseconds))
    }

    private static func clock(_ now: Instant?) -> Binding {
        .timestamptz(now.map { Timestamp(microsecondsSince1970: $0.microseconds) })
    }
}
