import EventLog
import Logging
import Models
import Postgres
import Support

/// A migrated database of its own, with pools that work as the services do: under their roles, row-level security
/// and all.
struct LogFixture: Sendable {
    let database: TestDatabase
    let ingestion: PostgresPool
    let scoring: PostgresPool

    static let organization = OrganizationID.default
    static let logger = TestEnvironment.logger

    var appender: EventAppender { EventAppender(pool: ingestion, wakeUp: nil) }

    /// Its locks may take as long as a busy machine does, those of other tests' notifications included.
    func wakeUp(pause: Duration = .milliseconds(2)) -> WakeUp {
        WakeUp(pool: ingestion, pause: pause, patience: .seconds(60), logger: Self.logger)
    }

    func consumer(_ name: String = "test") -> LogConsumer { LogConsumer(name: name, pool: scoring) }

    func configuration(role: String) -> ConnectionConfiguration {
        ConnectionConfiguration(url: database.url + "?options=-c%20role%3D\(role)", applicationName: role)
    }

    static func run<Value>(_ body: (LogFixture) async throws -> Value) async throws -> Value {
        try await TestDatabase.withMigrated { database in
            let roles = ["onus_ingestion", "onus_scoring"].map {
                PostgresPool(
                    configuration: ConnectionConfiguration(
                        url: database.url + "?options=-c%20role%3D\($0)", applicationName: $0),
                    size: 0...20, acquireTimeout: .seconds(60), logger: logger)
            }
            let fixture = LogFixture(database: database, ingestion: roles[0], scoring: roles[1])
            do {
                let value = try await body(fixture)
                for pool in roles { await pool.close() }
                return value
            } catch {
                for pool in roles { await pool.close() }
                throw error
            }
        }
    }

    /// An event for the log.
    static func event(_ id: String, source: String = "test", subject: String = "ann", data: JSONValue? = nil)
        -> ValidatedEvent
    {
        let event = Event(
            identity: EventIdentity(source: source, id: id), time: Instant(microseconds: 1_700_000_000_000_000),
            subject: subject,
            payload: .conversationHeld(
                ConversationHeld(
                    manager: PersonID(unchecked: "max"), person: PersonID(unchecked: "ann"), kind: .oneOnOne)))
        return ValidatedEvent(event: event, data: data ?? event.payload.json)
    }

    static func events(_ ids: some Sequence<Int>) -> [ValidatedEvent] { ids.map { event("\($0)") } }

    /// Reads until nothing is left.
    func readAll(_ consumer: LogConsumer, limit: Int = 100) async throws -> [String] {
        var ids: [String] = []
        while true {
            let outcome = try await consumer.withBatch(limit: limit, ifTaken: .wait) { _, events in
                events.map(\.event.identity.id)
            }
            switch outcome {
            case .handled(let read, _, _): ids += read
            case .caughtUp: return ids
            case .busy: throw Unexpected("busy while waiting")
            }
        }
    }

    /// Of events and identities, those that nobody sees any more.
    func deadRows() async throws -> Int64 {
        try await database.pool.execute("CREATE EXTENSION IF NOT EXISTS pgstattuple")
        return try await database.pool.query(
            """
            SELECT coalesce(sum(d.dead_tuple_count), 0)::int8 FROM pg_class AS c, LATERAL pgstattuple(c.oid) AS d
            WHERE c.relkind = 'r' AND c.relnamespace = 'log'::regnamespace AND c.relname ~ '^(event|identity)'
            """
        ).only().int8(0)
    }

    /// Works at an organisation's quarantine in one transaction, as ingestion.
    func desk<Value: Sendable>(
        of organization: OrganizationID = .default, _ body: @Sendable (QuarantineDesk) async throws -> Value
    ) async throws -> Value {
        try await ingestion.withTransaction { connection in
            _ = try await connection.query(
                "SELECT set_config('onus.organization_id', $1, true)", [.text(String(organization.rawValue))])
            return try await body(QuarantineDesk(connection, organization: organization))
        }
    }

    /// What an organisation's quarantine holds.
    func held(of organization: OrganizationID = .default) async throws -> [QuarantinedEvent] {
        try await desk(of: organization) { try await $0.list(.held, limit: 100) }
    }

    func count(_ table: String) async throws -> Int64 {
        try await database.pool.query("SELECT count(*) FROM \(table)").only().int8(0)
    }
}

struct Unexpected: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
