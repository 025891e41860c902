import CoreMetrics
import EventLog
import HTTPTypes
import Models
import Postgres
import ServiceKit

/// Statements, kept behind the privacy wall (V0068), and what they become, in one transaction.
struct XAPIStatements: Sendable {
    private let pool: PostgresPool
    private let wakeUp: WakeUp
    private let tiers: IdentityTiers
    private let metrics: IngestionMetrics
    private let mappings: MappingCache
    let rules: RulesCache
    let consistency: XAPIConsistency

    private static let attempts = 8

    init(pool: PostgresPool, wakeUp: WakeUp, tiers: IdentityTiers, rules: RulesCache, metrics: IngestionMetrics) {
        self.pool = pool
        self.wakeUp = wakeUp
        self.tiers = tiers
        self.rules = rules
        self.metrics = metrics
        mappings = MappingCache(pool: pool)
        consistency = XAPIConsistency(pool: pool)
    }

    // MARK: Bringing

    /// Keeps statements, all or none, with the events that they become. Those that are known already change nothing.
    ///
    /// - Parameter statements: No identifier twice.
    /// - Throws: ``ProblemDetails`` 409 where an identifier is another statement's; ``Problem`` where a statement that is
    ///   tied to the job can't become its event.
    func bring(_ statements: [XAPIStatement], by bringer: XAPIBringer) async throws {
        guard !statements.isEmpty else { return }
        let mapping = try await mappings.mapping(of: bringer.organization)
        var brought: [XAPIBrought] = []
        for statement in statements {
            brought.append(XAPIBrought(statement: statement, fact: try XAPIFact.of(statement, mapping)))
        }
        var attempt = 1
        while true {
            do {
                let written = try await pool.withTransaction { connection in
                    _ = try await connection.query(Self.settings, [.text(String(bringer.organization.rawValue))])
                    let outcomes = try await keep(brought, bringer, connection)
                    return try await EventAppender.append(
                        try events(of: brought, outcomes), organization: bringer.organization, in: connection,
                        tiers: tiers)
                }
                if written > 0 {
                    wakeUp.request()
                    metrics.accepted.increment(by: written)
                }
                return
            } catch let error as PostgresError {
                if error.sqlState == .lockNotAvailable { throw ProblemDetails.databaseUnavailable }
                guard error.isRetryable, attempt < Self.attempts else { throw error }
                attempt += 1
                // Spread out, so that the same ones don't meet again.
                try await Task.sleep(for: .milliseconds(Int.random(in: 1...(5 * attempt))))
            }
        }
    }

    private struct Outcome {
        let word: String
        let retracts: UUIDBytes?
        let stored: Instant
    }

    private func keep(
        _ brought: [XAPIBrought], _ bringer: XAPIBringer, _ connection: Connection
    ) async throws(PostgresError) -> [Outcome] {
        var outcomes: [Outcome] = []
        let rows = try await connection.query(
            """
            SELECT outcome, retracts, stored
            FROM learner.keep_statements($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            """,
            XAPIBrought.columns(brought, bringer))
        for row in rows {
            outcomes.append(
                Outcome(
                    word: try row.text(0), retracts: try row.optionalUUID(1), stored: Instant(try row.timestamptz(2))))
        }
        return outcomes
    }

    private func events(of brought: [XAPIBrought], _ outcomes: [Outcome]) throws -> [ValidatedEvent] {
        var events: [ValidatedEvent] = []
        for (item, outcome) in zip(brought, outcomes) {
            switch outcome.word {
            case "new":
                if let fact = outcome.retracts.map(XAPIFact.retraction(of:)) ?? item.fact {
                    events.append(fact.event(of: item.statement, stored: outcome.stored))
                }
            case "different":
                var extensions = JSONObject()
                extensions.append("pointer", .string("\(item.statement.pointer)/id"))
                throw ProblemDetails(
                    .conflict, detail: "There is another statement of the identifier \(item.statement.id).",
                    extensions: extensions)
            default: break
            }
        }
        return events
    }

    // MARK: Reading back

    func find(_ id: UUIDBytes, isVoid: Bool, by bringer: XAPIBringer) async throws -> XAPIPage.Stored? {
        try await reading(bringer) { connection in
            let rows = try await connection.query(
                "SELECT stored, document FROM learner.statement_brought($1, $2, $3)",
                [.bytea(bringer.hash), .uuid(id), .bool(isVoid)])
            return try rows.first.map { try Self.stored($0, from: 0) }
        }
    }

    func list(_ query: XAPIQuery, by bringer: XAPIBringer) async throws -> XAPIPage {
        try await reading(bringer) { connection in
            let keys = query.keys.map { $0.value(bringer.organization, bringer: bringer.name) }
            let rows = try await connection.query(
                "SELECT seq, found, stored, document FROM learner.statements_brought($1, $2, $3, $4, $5, $6, $7, $8)",
                [
                    .bytea(bringer.hash), keys.isEmpty ? .null(.uuidArray) : .uuidArray(keys),
                    .timestamptz(query.since?.timestamp), .timestamptz(query.until?.timestamp),
                    .timestamptz(query.cursor?.stored.timestamp), .int8(query.cursor?.number), .bool(query.ascending),
                    .int4(Int32(query.limit + 1)),
                ])
            let taken = rows.prefix(query.limit)
            let isMore = try (rows.first?.int(1) ?? 0) > taken.count
            return XAPIPage(
                statements: try taken.map { try Self.stored($0, from: 2) },
                cursor: isMore
                    ? try taken.last.map { XAPICursor(stored: Instant(try $0.timestamptz(2)), number: try $0.int8(0)) }
                    : nil)
        }
    }

    private func reading<Value>(
        _ bringer: XAPIBringer, _ body: (Connection) async throws -> Value
    ) async throws -> Value {
        try await pool.withTransaction(readOnly: true) { connection in
            _ = try await connection.query(Self.settings, [.text(String(bringer.organization.rawValue))])
            return try await body(connection)
        }
    }

    private static func stored(_ row: Row, from column: Int) throws -> XAPIPage.Stored {
        guard case .object(let document) = try JSONParser.parse(try row.utf8(column + 1)) else {
            throw PostgresError(.decoding, "expected an object in learner.statement.document")
        }
        return XAPIPage.Stored(document: document, stored: Instant(try row.timestamptz(column)))
    }

    /// Bounds that end the transaction well within the minute that the log allows it; flushed before it is answered.
    private static let settings = """
        SELECT set_config('onus.organization_id', $1, true), set_config('lock_timeout', '8s', true),
            set_config('statement_timeout', '9s', true), set_config('idle_in_transaction_session_timeout', '10s', true),
            set_config('synchronous_commit', CASE WHEN current_setting('synchronous_commit') IN ('off', 'local')
                THEN 'on' ELSE current_setting('synchronous_commit') END, true)
        """
}
