import Connectors
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import Models
import NIOCore
import Postgres
import Schema
import ServiceKit
import Support
import Testing

@testable import Ingestion

/// The service's routes over a migrated database of their own, asked as the service's own database role.
struct IngestionHarness: Sendable {
    let database: TestDatabase
    let client: any TestClientProtocol
    let metrics: MetricsRegistry
    let watch: BacklogWatch
    var tokens: [TokenRole: String]

    /// - Parameters:
    ///   - way: How requests get to the routes.
    ///   - patience: How long a request waits for a connection to the database; long by default, since the machine may
    ///     be busy with other tests.
    ///   - isTimeless: Whether tokens and rules that are known once stay so, for tests of what takes the lane: it takes
    ///     nothing whose token or rules are to be asked for, and a busy machine may need a second for a request.
    ///   - secrets: Those of hooks, by name.
    static func run(
        over way: Way = .router, memory: Int = 256, pending: Int = 20_000, pendingMemory: Int = 128,
        backlog: Int = 0, patience: Duration = .seconds(30), isTimeless: Bool = false,
        connectors: [String: Connector] = [:],
        secrets: [String: String] = [:], logger: Logger = TestEnvironment.logger,
        _ body: @Sendable (IngestionHarness) async throws -> Void
    ) async throws {
        try await TestDatabase.withMigrated { database in
            var tokens: [TokenRole: String] = [:]
            for role in TokenRole.allCases {
                tokens[role] = try await database.pool.withConnection { connection in
                    try await Tokens(connection).create(name: role.rawValue, role: role, organization: .default).value
                }
            }
            let settings = try ServiceSettings(
                service: .ingestion,
                environment: [
                    "ONUS_DATABASE_URL": "\(database.url)?options=-c%20role%3Donus_ingestion",
                    "ONUS_INGESTION_MEMORY": "\(memory)", "ONUS_INGESTION_BACKLOG": "\(backlog)",
                    "ONUS_INGESTION_PENDING": "\(pending)", "ONUS_INGESTION_PENDING_MEMORY": "\(pendingMemory)",
                ], arguments: [])
            let metrics = MetricsRegistry()
            let pool = PostgresPool(
                configuration: ServicePool.configuration(settings), size: 0...4, acquireTimeout: patience,
                logger: logger)
            let start = ContinuousClock.now
            let clock: @Sendable () -> ContinuousClock.Instant = { isTimeless ? start : .now }
            let parts = ServiceParts(
                settings: settings, pool: pool, metrics: metrics, logger: logger,
                tokens: TokenVerifier(pool: pool, now: clock))
            let service = IngestionService(parts, connectors: connectors, secrets: { secrets[$0] }, clock: clock)
            let application =
                way == .lane
                ? parts.application(service.router(), server: service.server) : parts.application(service.router())
            let known = tokens
            do {
                try await application.test(way == .router ? .router : .live) { client in
                    try await body(
                        IngestionHarness(
                            database: database, client: client, metrics: metrics, watch: service.watch, tokens: known))
                }
            } catch {
                await pool.close()
                throw error
            }
            await pool.close()
        }
    }

    enum Way {
        /// Straight to the router.
        case router
        /// Through sockets of Hummingbird's own.
        case sockets
        /// Through sockets with the lane.
        case lane
    }

    /// What a request was answered.
    struct Answer {
        let status: Int
        let headers: HTTPFields
        let json: JSONValue

        var accepted: Int? { json["accepted"]?.int }
        var duplicates: Int? { json["duplicates"]?.int }
        var rejected: [JSONValue] { json["rejected"]?.array ?? [] }
        var pointers: [String] { rejected.compactMap { $0["pointer"]?.string } }
    }

    func post(
        _ body: String, _ contentType: String? = "application/cloudevents+json", as role: TokenRole? = .integration,
        query: String = "", headers: HTTPFields = [:]
    ) async throws -> Answer {
        try await post(ByteBuffer(string: body), contentType, as: role, query: query, headers: headers)
    }

    func post(
        _ body: ByteBuffer, _ contentType: String?, as role: TokenRole? = .integration, query: String = "",
        headers: HTTPFields = [:]
    ) async throws -> Answer {
        var headers = headers
        headers[.contentType] = contentType
        headers[.authorization] = role.flatMap { tokens[$0] }.map { "Bearer \($0)" }
        let response = try await client.execute(
            uri: "/v1/events\(query)", method: .post, headers: headers, body: body)
        return Answer(
            status: response.status.code, headers: response.headers,
            json: try JSONParser.parse(String(buffer: response.body)))
    }

    /// Posts to a hook, without a token unless a role is named.
    func hook(_ name: String, _ body: String, _ headers: HTTPFields, as role: TokenRole? = nil) async throws -> Answer {
        var headers = headers
        headers[.contentType] = "application/json"
        headers[.authorization] = role.flatMap { tokens[$0] }.map { "Bearer \($0)" }
        let response = try await client.execute(
            uri: "/v1/hooks/\(name)", method: .post, headers: headers, body: ByteBuffer(string: body))
        return Answer(
            status: response.status.code, headers: response.headers,
            json: try JSONParser.parse(String(buffer: response.body)))
    }

    /// One value of one row, read as superuser.
    func number(_ sql: String) async throws -> Int {
        try await database.pool.query(sql).only().int(0)
    }

    /// Sessions of this database that wait for a lock.
    func waitingForLocks() async throws -> Int {
        try await number(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
    }

    func texts(_ sql: String) async throws -> [String] {
        try await database.pool.query(sql).map { try $0.text(0) }
    }

    /// Every table of every schema of ours in which some row, as text, holds it.
    func tables(holding marker: String) async throws -> [String] {
        let names = try await texts(
            """
            SELECT n.nspname || '.' || c.relname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
            ORDER BY 1
            """)
        var holding: [String] = []
        for name in names {
            let found = try await database.pool.query(
                "SELECT count(*) FROM \(name) AS t WHERE strpos(t::text, $1) > 0", [.text(marker)])
            if try found.only().int(0) > 0 { holding.append(name) }
        }
        return holding
    }
}

/// An event in structured form, as text.
func event(
    _ id: String = "1", type: String = "onus.expectation.acknowledged",
    data: String = #"{"person":"p","role":"r"}"#, extra: String = ""
) -> String {
    #"{"specversion":"1.0","id":"\#(id)","source":"/t","type":"\#(type)","time":"2026-03-31T12:00:00Z","#
        + #""data":\#(data)\#(extra)}"#
}

let batchType = "application/cloudevents-batch+json"
let linesType = "application/x-ndjson"
