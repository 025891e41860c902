internal import EventLog
internal import Models
internal import Postgres

/// One organisation's deliveries, for operators.
///
/// Source: `notice.delivery` (V0020).
struct Deliveries: Sendable {
    struct Record: Hashable, Sendable {
        let id: Int64
        let kind: String
        let channel: String
        /// A person, or a webhook's number; never an address.
        let receiver: String
        let state: DeliveryState
        let attempts: Int
        let due: Instant
        let lastError: String?
    }

    private let connection: Connection
    private let organization: OrganizationID

    init(_ connection: Connection, _ organization: OrganizationID) {
        self.connection = connection
        self.organization = organization
    }

    /// - Throws: ``PostgresError``.
    func list(_ state: DeliveryState, limit: Int) async throws(PostgresError) -> [Record] {
        let rows = try await connection.query(
            """
            SELECT id, kind, channel, CASE channel WHEN 'webhook' THEN 'webhook ' || webhook_id ELSE recipient END,
                attempts, due, last_error
            FROM notice.delivery WHERE organization_id = $1 AND state = $2 ORDER BY id DESC LIMIT $3
            """, [.int4(organization.rawValue), .text(state.rawValue), .int8(limit)])
        var records: [Record] = []
        for row in rows {
            records.append(
                Record(
                    id: try row.int8(0), kind: try row.text(1), channel: try row.text(2), receiver: try row.text(3),
                    state: state, attempts: Int(try row.int4(4)),
                    due: Instant(microseconds: try row.timestamptz(5).microsecondsSince1970),
                    lastError: try row.optionalText(6)))
        }
        return records
    }

    /// Gives parked deliveries all their attempts again, from now on and with no error to their name, and wakes the
    /// notification service.
    ///
    /// - Returns: How many.
    /// - Throws: ``PostgresError``.
    func resume(_ scope: DeliveryScope) async throws(PostgresError) -> Int {
        let count = try await connection.execute(
            """
            UPDATE notice.delivery
            SET state = 'pending', attempts = 0, begun = false, due = now(), leased_until = NULL, finished = NULL,
                last_error = NULL
            WHERE organization_id = $1 AND state = 'parked'
                AND (id = ANY ($2) OR webhook_id = $3 OR ($2 IS NULL AND $3 IS NULL))
            """, bindings(scope))
        if count > 0 {
            _ = try await connection.query("SELECT pg_notify($1, '')", [.text(LogChannel.notice.name)])
        }
        return count
    }

    /// Parks pending deliveries. One that is being attempted right now may still go out.
    ///
    /// - Returns: How many.
    /// - Throws: ``PostgresError``.
    func park(_ scope: DeliveryScope) async throws(PostgresError) -> Int {
        try await connection.execute(
            """
            UPDATE notice.delivery
            SET state = 'parked', finished = now(), leased_until = NULL, last_error = 'parked by an operator'
            WHERE organization_id = $1 AND state = 'pending'
                AND (id = ANY ($2) OR webhook_id = $3 OR ($2 IS NULL AND $3 IS NULL))
            """, bindings(scope))
    }

    private func bindings(_ scope: DeliveryScope) -> [Binding] {
        switch scope {
        case .ids(let ids): [.int4(organization.rawValue), .int8Array(ids), .null(.int8)]
        case .webhook(let id): [.int4(organization.rawValue), .null(.int8Array), .int8(id)]
        case .all: [.int4(organization.rawValue), .null(.int8Array), .null(.int8)]
        }
    }
}
