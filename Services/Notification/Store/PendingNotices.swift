package import Models
package import Postgres

/// The notices that scoring has written and nobody has planned yet.
///
/// Source: `notice.pending`, `notice.notice` (V0010).
package enum PendingNotices {
    /// Organisations that have some, by number.
    ///
    /// - Throws: ``PostgresError``.
    package static func organizations(_ connection: Connection) async throws(PostgresError) -> [OrganizationID] {
        let sql = """
            SELECT o.id FROM onus.organization AS o
            WHERE EXISTS (SELECT FROM notice.pending AS p WHERE p.organization_id = o.id)
            ORDER BY o.id
            """
        var organizations: [OrganizationID] = []
        for row in try await connection.query(sql) { organizations.append(OrganizationID(rawValue: try row.int4(0))) }
        return organizations
    }

    /// Takes up to `limit` of one organisation, oldest first, until the transaction ends; those that another
    /// transaction holds are left to it. Kinds that this version doesn't know wait for one that does.
    ///
    /// - Throws: ``PostgresError``.
    package static func claim(
        _ connection: Connection, organization: OrganizationID, limit: Int
    ) async throws(PostgresError) -> [DueNotice] {
        let sql = """
            WITH claimed AS MATERIALIZED (
                SELECT p.notice_id FROM notice.pending AS p
                WHERE p.organization_id = $1 AND EXISTS (
                    SELECT FROM notice.notice AS n
                    WHERE n.organization_id = p.organization_id AND n.id = p.notice_id AND n.kind = ANY ($2))
                ORDER BY p.notice_id LIMIT $3 FOR UPDATE OF p SKIP LOCKED
            )
            SELECT \(NoticeRow.columns)
            FROM claimed JOIN notice.notice AS n ON n.organization_id = $1 AND n.id = claimed.notice_id
            ORDER BY n.id
            """
        let rows = try await connection.query(
            sql,
            [
                .int4(organization.rawValue), .textArray(NoticeKind.allCases.map(\.rawValue)), .int4(Int32(limit)),
            ])
        var notices: [DueNotice] = []
        for row in rows { notices.append(try NoticeRow.read(row)) }
        return notices
    }

    /// Marks notices as planned.
    ///
    /// - Throws: ``PostgresError``.
    package static func remove(
        _ connection: Connection, organization: OrganizationID, notices: [Int64]
    ) async throws(PostgresError) {
        _ = try await connection.execute(
            "DELETE FROM notice.pending WHERE organization_id = $1 AND notice_id = ANY ($2)",
            [.int4(organization.rawValue), .int8Array(notices)])
    }
}
