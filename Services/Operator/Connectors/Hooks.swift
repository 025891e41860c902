internal import Models
internal import Postgres
internal import Schema

/// One organisation's hooks.
///
/// Source: `hook.hook` (V0064) and `hook.poll` (V0065).
struct Hooks: Sendable {
    struct Setup: Sendable {
        let connector: String
        let role: TokenRole
        let secret: String?
        let apiSecret: String?
        let settings: [String: String]
        let polls: Bool
        /// Where polling begins again; nil: where it stands.
        let cursor: String?
    }

    struct Record: Sendable {
        let name: String
        let connector: String
        let role: String
        let secret: String?
        let apiSecret: String?
        let disabled: Instant?
        /// Nil where the hook is not polled.
        let due: Instant?
        let cursor: String?
        let lastSuccess: Instant?
        let lastError: String?
    }

    /// How long the vendor is left alone where a poll is taken from whoever makes it: no pause between two requests is longer.
    private static let rest = Duration.seconds(60)

    private let connection: Connection
    private let organization: OrganizationID

    init(_ connection: Connection, _ organization: OrganizationID) {
        self.connection = connection
        self.organization = organization
    }

    /// Sets a hook up, or sets up anew the one of this name, and switches it on.
    ///
    /// - Throws: ``PostgresError`` with `.uniqueViolation` where another organisation has the name.
    func enable(_ name: String, _ setup: Setup) async throws(PostgresError) {
        var settings = JSONObject()
        for (name, value) in setup.settings.sorted(by: { $0.key < $1.key }) { settings.append(name, .string(value)) }
        let key: [Binding] = [.int4(organization.rawValue), .text(name)]
        var statements = [
            Statement(
                """
                INSERT INTO hook.hook (organization_id, name, connector, role, secret, api_secret, settings)
                VALUES ($1, $2, $3, $4, $5, $6, $7)
                ON CONFLICT ON CONSTRAINT hook_pkey DO UPDATE
                SET connector = EXCLUDED.connector, role = EXCLUDED.role, secret = EXCLUDED.secret,
                    api_secret = EXCLUDED.api_secret, settings = EXCLUDED.settings, disabled = NULL
                """,
                key + [
                    .text(setup.connector), .text(setup.role.rawValue), .text(setup.secret), .text(setup.apiSecret),
                    .jsonb(JSONValue.object(settings).serialized),
                ])
        ]
        if setup.polls {
            statements.append(
                Statement(
                    """
                    -- A hook that was there may have been polled until just now.
                    INSERT INTO hook.poll (organization_id, name, cursor, leased_until)
                    SELECT organization_id, name, $3, CASE WHEN created < now() THEN now() + $4 END
                    FROM hook.hook WHERE organization_id = $1 AND name = $2
                    ON CONFLICT ON CONSTRAINT poll_pkey DO UPDATE
                    SET due = now(), failures = 0, last_error = NULL, lease = NULL,
                        leased_until = CASE WHEN hook.poll.lease IS NULL THEN hook.poll.leased_until ELSE now() + $4 END,
                        page = CASE WHEN $3 IS NULL THEN hook.poll.page END,
                        cursor = coalesce($3, hook.poll.cursor)
                    """, key + [.text(setup.cursor), .interval(Self.rest)]))
        } else {
            statements.append(
                Statement("DELETE FROM hook.poll WHERE organization_id = $1 AND name = $2", key))
        }
        _ = try await connection.pipeline(statements)
    }

    /// Switches a hook off; services know it no more within a second, and a poll under way keeps nothing from then on.
    ///
    /// - Returns: Whether one of this name was on.
    func disable(_ name: String) async throws(PostgresError) -> Bool {
        try await connection.execute(
            """
            WITH hook AS (
                UPDATE hook.hook SET disabled = now() WHERE organization_id = $1 AND name = $2 AND disabled IS NULL
                RETURNING organization_id, name
            ), poll AS (
                UPDATE hook.poll AS p
                SET lease = NULL, leased_until = CASE WHEN p.lease IS NULL THEN p.leased_until ELSE now() + $3 END
                FROM hook WHERE p.organization_id = hook.organization_id AND p.name = hook.name
            )
            SELECT FROM hook
            """, [.int4(organization.rawValue), .text(name), .interval(Self.rest)]) > 0
    }

    func list() async throws(PostgresError) -> [Record] {
        let rows = try await connection.query(
            """
            SELECT h.name, h.connector, h.role, h.secret, h.api_secret, h.disabled, p.due, p.cursor, p.last_success,
                p.last_error
            FROM hook.hook AS h LEFT JOIN hook.poll AS p ON p.organization_id = h.organization_id AND p.name = h.name
            WHERE h.organization_id = $1 ORDER BY h.name
            """, [.int4(organization.rawValue)])
        var records: [Record] = []
        func instant(_ row: Row, _ column: Int) throws(PostgresError) -> Instant? {
            try row.optionalTimestamptz(column).map { Instant(microseconds: $0.microsecondsSince1970) }
        }
        for row in rows {
            records.append(
                Record(
                    name: try row.text(0), connector: try row.text(1), role: try row.text(2),
                    secret: try row.optionalText(3), apiSecret: try row.optionalText(4),
                    disabled: try instant(row, 5), due: try instant(row, 6), cursor: try row.optionalText(7),
                    lastSuccess: try instant(row, 8), lastError: try row.optionalText(9)))
        }
        return records
    }
}
