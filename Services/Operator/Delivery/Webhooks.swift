internal import Models
internal import Postgres

/// One organisation's receivers of outgoing webhooks.
///
/// Source: `notice.webhook` (V0020).
struct Webhooks: Sendable {
    struct Record: Hashable, Sendable {
        let id: Int64
        let url: String
        let kinds: [String]
        let created: Instant
        let disabled: Instant?
        let secrets: Int
    }

    private let connection: Connection
    private let organization: OrganizationID

    init(_ connection: Connection, _ organization: OrganizationID) {
        self.connection = connection
        self.organization = organization
    }

    /// - Returns: Its number.
    /// - Throws: ``PostgresError``.
    func create(url: String, kinds: [NoticeKind], secret: WebhookKey) async throws(PostgresError) -> Int64 {
        let rows = try await connection.query(
            """
            INSERT INTO notice.webhook (organization_id, url, kinds, secrets) VALUES ($1, $2, $3, ARRAY[$4]) RETURNING id
            """,
            [
                .int4(organization.rawValue), .text(url), .textArray(kinds.map(\.rawValue)), .text(secret.text),
            ])
        return try rows.only().int8(0)
    }

    /// - Throws: ``PostgresError``.
    func list() async throws(PostgresError) -> [Record] {
        let rows = try await connection.query(
            """
            SELECT id, url, kinds, created, disabled, cardinality(secrets) FROM notice.webhook
            WHERE organization_id = $1 ORDER BY id
            """, [.int4(organization.rawValue)])
        var records: [Record] = []
        for row in rows {
            records.append(
                Record(
                    id: try row.int8(0), url: try row.text(1), kinds: try row.textArray(2),
                    created: Instant(microseconds: try row.timestamptz(3).microsecondsSince1970),
                    disabled: try row.optionalTimestamptz(4).map { Instant(microseconds: $0.microsecondsSince1970) },
                    secrets: Int(try row.int4(5))))
        }
        return records
    }

    /// Puts a new secret in front of the present one; both sign from now on, and an older one no more.
    ///
    /// - Returns: Whether there is such a webhook.
    /// - Throws: ``PostgresError``.
    func rotate(_ id: Int64, to secret: WebhookKey) async throws(PostgresError) -> Bool {
        try await connection.execute(
            """
            UPDATE notice.webhook SET secrets = ARRAY[$3, secrets[1]] WHERE organization_id = $1 AND id = $2
            """, [.int4(organization.rawValue), .int8(id), .text(secret.text)]) > 0
    }

    /// Switches a webhook on again that its receiver had ended with 410.
    ///
    /// - Returns: Whether there is such a webhook.
    /// - Throws: ``PostgresError``.
    func enable(_ id: Int64) async throws(PostgresError) -> Bool {
        try await connection.execute(
            "UPDATE notice.webhook SET disabled = NULL WHERE organization_id = $1 AND id = $2",
            [.int4(organization.rawValue), .int8(id)]) > 0
    }

    /// Deletes a webhook; what still waits for it is parked by its next attempt.
    ///
    /// - Returns: Whether there was one.
    /// - Throws: ``PostgresError``.
    func delete(_ id: Int64) async throws(PostgresError) -> Bool {
        try await connection.execute(
            "DELETE FROM notice.webhook WHERE organization_id = $1 AND id = $2",
            [.int4(organization.rawValue), .int8(id)]) > 0
    }
}
