package import Models
package import Postgres

/// What a delivery needs to be written out, read as it stands now: an address that changed since is the new one.
///
/// Source: `notice.notice`, `notice.webhook`, `facts.person_directory`. Needs the transaction's organisation to be set.
package enum DeliveryContent {
    package struct Webhook: Hashable, Sendable {
        package let url: String
        package let secrets: [String]
    }

    /// The notices of a delivery: its own, or all of a digest, the most urgent first.
    ///
    /// - Throws: ``PostgresError``.
    package static func notices(
        _ connection: Connection, of delivery: ClaimedDelivery
    ) async throws(PostgresError) -> [DueNotice] {
        let rows: ResultSet
        if let notice = delivery.notice {
            rows = try await connection.query(
                "SELECT \(NoticeRow.columns) FROM notice.notice AS n WHERE n.organization_id = $1 AND n.id = $2",
                [.int4(delivery.organization.rawValue), .int8(notice)])
        } else {
            rows = try await connection.query(
                """
                SELECT \(NoticeRow.columns) FROM notice.delivery AS d
                JOIN notice.notice AS n ON n.organization_id = d.organization_id AND n.id = d.notice_id
                WHERE d.organization_id = $1 AND d.digest_id = $2
                """, [.int4(delivery.organization.rawValue), .int8(delivery.id)])
        }
        var notices: [DueNotice] = []
        for row in rows { notices.append(try NoticeRow.read(row)) }
        return notices.sorted { ($0.kind.urgency, $0.id) < ($1.kind.urgency, $1.id) }
    }

    /// - Returns: `nil` where it was deleted or switched off.
    /// - Throws: ``PostgresError``.
    package static func webhook(
        _ connection: Connection, organization: OrganizationID, id: Int64
    ) async throws(PostgresError) -> Webhook? {
        let rows = try await connection.query(
            """
            SELECT url, secrets FROM notice.webhook
            WHERE organization_id = $1 AND id = $2 AND disabled IS NULL
            """, [.int4(organization.rawValue), .int8(id)])
        for row in rows {
            return Webhook(url: try row.text(0), secrets: try row.textArray(1))
        }
        return nil
    }

    /// The key that seals an organisation's unsubscribe links, made on first use.
    ///
    /// - Throws: ``PostgresError``.
    package static func unsubscribeKey(
        _ connection: Connection, organization: OrganizationID
    ) async throws(PostgresError) -> [UInt8]? {
        if let key = try await existingKey(connection, organization: organization) { return key }
        var generator = SystemRandomNumberGenerator()
        let fresh = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        _ = try await connection.execute(
            """
            INSERT INTO notice.unsubscribe_key (organization_id, key) VALUES ($1, $2)
            ON CONFLICT (organization_id) DO NOTHING
            """, [.int4(organization.rawValue), .bytea(fresh)])
        // Read again: another worker's may have come first.
        return try await existingKey(connection, organization: organization)
    }

    /// - Returns: `nil` where none was made yet, or there is no such organisation.
    package static func existingKey(
        _ connection: Connection, organization: OrganizationID
    ) async throws(PostgresError) -> [UInt8]? {
        let rows = try await connection.query(
            "SELECT key FROM notice.unsubscribe_key WHERE organization_id = $1", [.int4(organization.rawValue)])
        for row in rows { return try row.bytes(0) }
        return nil
    }
}
