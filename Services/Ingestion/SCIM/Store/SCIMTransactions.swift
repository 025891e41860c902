import CoreMetrics
import EventLog
import Models
import Postgres
import Schema
import ServiceKit

/// Runs transactions over the tables of SCIM (V0060), for one organisation each.
struct SCIMTransactions: Sendable {
    let pool: PostgresPool
    let wakeUp: WakeUp
    let tiers: IdentityTiers
    let rules: RulesCache
    let metrics: IngestionMetrics
    let limits: RateLimits
    let gate: BacklogGate

    private static let attempts = 8
    /// Events of one statement.
    private static let slice = 5_000

    /// Reads only.
    func reading<Value>(
        _ organization: OrganizationID, _ body: (Connection) async throws -> Value
    ) async throws -> Value {
        try await pool.withTransaction(readOnly: true) { connection in
            _ = try await connection.query(
                "SELECT set_config('onus.organization_id', $1, true)", [.text(String(organization.rawValue))])
            return try await body(connection)
        }
    }

    /// Writes resources and, in the same transaction, the events that their changes become. Again from the start where
    /// PostgreSQL asks for it: a group and an account may meet from two sides.
    ///
    /// - Parameters:
    ///   - sender: Whose rate every event counts against: a group that changes may be one of each member.
    ///   - body: Is given what the organisation removes from the events of SCIM, so that no table has it either. Writes
    ///     the resources, and gives what the caller wants and the events.
    /// - Throws: What `body` throws; ``SCIMError`` 409 where a value that must be unique is taken; ``ProblemDetails`` 429
    ///   while the consumers of the log have too much to read.
    func writing<Value>(
        for sender: Sender, _ body: (Connection, MinimisationRules) async throws -> (Value, [Event])
    ) async throws -> Value {
        try gate.pass()
        let organization = sender.organization
        // Before the transaction: it must not hold a lock while it waits for another connection.
        let rules = try await rules.rules(of: organization).rules(for: AssignmentChange.source)
        var attempt = 1
        while true {
            do {
                let (value, written) = try await pool.withTransaction { connection in
                    _ = try await connection.query(Self.settings, [.text(String(organization.rawValue))])
                    let (value, events) = try await body(connection, rules)
                    return (value, try await append(events, rules, organization, connection))
                }
                if written > 0 {
                    wakeUp.request()
                    metrics.accepted.increment(by: written)
                    // The first was counted with the request.
                    limits.charge(sender, events: written - 1)
                }
                return value
            } catch let error as PostgresError {
                if let taken = Self.taken(error) { throw taken }
                if error.sqlState == .lockNotAvailable { throw ProblemDetails.databaseUnavailable }
                // A member that went while it was added is no User any more: the next look says so.
                let isWorthwhile = error.isRetryable || error.sqlState == .foreignKeyViolation
                guard isWorthwhile, attempt < Self.attempts else { throw error }
                attempt += 1
                // Spread out, so that the same ones don't meet again.
                try await Task.sleep(for: .milliseconds(Int.random(in: 1...(5 * attempt))))
            }
        }
    }

    private func append(
        _ events: [Event], _ rules: MinimisationRules, _ organization: OrganizationID, _ connection: Connection
    ) async throws(PostgresError) -> Int {
        var written = 0
        var rest = events[...]
        while !rest.isEmpty {
            let slice = rest.prefix(Self.slice).map {
                ValidatedEvent(event: $0, data: rules.minimise($0.payload.json))
            }
            rest = rest.dropFirst(Self.slice)
            written += try await EventAppender.append(
                slice, organization: organization, in: connection, tiers: tiers)
        }
        return written
    }

    /// Bounds that end the transaction well within the minute that the log allows it; flushed before it is answered,
    /// also where it appends nothing.
    private static let settings = """
        SELECT set_config('onus.organization_id', $1, true), set_config('lock_timeout', '8s', true),
            set_config('statement_timeout', '9s', true), set_config('idle_in_transaction_session_timeout', '10s', true),
            set_config('synchronous_commit', CASE WHEN current_setting('synchronous_commit') IN ('off', 'local')
                THEN 'on' ELSE current_setting('synchronous_commit') END, true)
        """

    private static func taken(_ error: PostgresError) -> SCIMError? {
        guard error.sqlState == .uniqueViolation else { return nil }
        switch error.constraint {
        case "account_user_name_unique": return .taken("userName")
        case "account_person_unique": return .taken("externalId, or userName in its place")
        case "unit_name_unique": return .taken("displayName")
        default: return nil
        }
    }
}
