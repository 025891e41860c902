import AsyncHTTPClient
import Connectors
import EventLog
import Hummingbird
import HummingbirdTesting
import Logging
import Models
import Postgres
import ServiceKit
import Support
import Synchronization

@testable import Ingestion

/// A poller with a database of its own and a vendor that answers over HTTP.
struct PollBench: Sendable {
    let database: TestDatabase
    let vendor: TestVendor
    let poller: ConnectorPoller
    private let pauseLog: PauseLog

    var pauses: [Duration] { pauseLog.pauses.withLock { $0 } }

    private final class PauseLog: Sendable {
        let pauses = Mutex<[Duration]>([])
    }

    private static let yaml = """
        connector: tool
        title: A tool
        source: /connectors/{hook}
        settings: {base: ~}
        poll:
          url: "{base}/items?since={cursor}"
          headers: {Authorization: "Bearer {secret}"}
          every: 1h
          requestsPerMinute: 600
          items: /data
          page: {next: /next}
          cursor: {value: =/at, start: "2026-01-01T00:00:00Z"}
          events:

        """

    private static let rules = """
            - when: {/gap: {present: true}}
              type: onus.gap.closed
              id: =/id
              time: =/at
              data: {gap: =/gap, outcome: closed}
        """

    /// - Parameters:
    ///   - rules: What events are made by; nil: one of each item.
    ///   - wantsToken: Whether the vendor wants an access token, which it gives for the secret.
    ///   - now: What the tokens' lifetimes are measured by.
    static func run(
        rules: String? = nil, wantsToken: Bool = false,
        now: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
        _ body: @escaping @Sendable (PollBench) async throws -> Void
    ) async throws {
        var yaml = yaml + (rules ?? Self.rules)
        if wantsToken {
            yaml.replace("{secret}", with: "{token}")
            yaml.replace("poll:\n", with: "poll:\n  token: {url: \"{base}/token\", client: onus}\n")
        }
        let connector = try Connector(yaml: yaml, file: "tool.yaml")
        try await TestVendor.run { vendor, port in
            try await TestDatabase.withMigrated { database in
                try await database.pool.execute(
                    """
                    INSERT INTO hook.hook (organization_id, name, connector, api_secret, settings)
                    VALUES (1, 'tool', 'tool', 'api', jsonb_build_object('base', $1::text))
                    """, [.text("http://127.0.0.1:\(port)")])
                try await database.pool.execute("INSERT INTO hook.poll (organization_id, name) VALUES (1, 'tool')")
                let client = HTTPClient(configuration: VendorClient.configuration)
                let pool = PostgresPool(
                    configuration: ConnectionConfiguration(
                        url: "\(database.url)?options=-c%20role%3Donus_ingestion", applicationName: "onus-test"),
                    size: 0...4, acquireTimeout: .seconds(30), logger: TestEnvironment.logger)
                let bench = bench(database, vendor, connector, client, pool, AccessTokens(now: now))
                do {
                    try await body(bench)
                } catch {
                    await pool.close()
                    try? await client.shutdown()  // The test's own error counts.
                    throw error
                }
                await pool.close()
                try await client.shutdown()
            }
        }
    }

    private static func bench(
        _ database: TestDatabase, _ vendor: TestVendor, _ connector: Connector, _ client: HTTPClient,
        _ pool: PostgresPool, _ tokens: AccessTokens
    ) -> PollBench {
        let registry = MetricsRegistry()
        let events = IngestionMetrics(registry)
        let store = EventStore(
            pool: pool, wakeUp: WakeUp(pool: pool, logger: TestEnvironment.logger), tiers: IdentityTiers(),
            gate: BacklogGate(limit: 0),
            limits: GroupCommitter.Limits(), metrics: events,
            logger: TestEnvironment.logger)
        let pauseLog = PauseLog()
        let vendorClient = VendorClient(client)
        let poller = ConnectorPoller(
            polls: Polls(pool: pool),
            hooks: HookBook(
                pool: pool, connectors: ["tool": connector], secrets: SecretSource { $0 == "api" ? "t0ken\n" : nil }),
            intake: VendorIntake(store: store, rules: RulesCache(pool: pool)),
            fetch: { request throws(PollFailure) in try await vendorClient.fetch(request) },
            metrics: HookMetrics(registry, connectors: ["tool": connector], events: events),
            logger: TestEnvironment.logger, tokens: tokens,
            pause: { pause in pauseLog.pauses.withLock { $0.append(pause) } },
            random: { 0 })
        return PollBench(database: database, vendor: vendor, poller: poller, pauseLog: pauseLog)
    }

    func hook() async throws -> HookRecord {
        try HookRecord(try await database.pool.query("SELECT \(HookRecord.columns) FROM hook.hook AS h").only())
    }

    /// As if the time between two polls had passed.
    func makeDue() async throws { try await execute("UPDATE hook.poll SET due = now(), leased_until = NULL") }

    func execute(_ sql: String) async throws { try await database.pool.execute(sql) }

    func events() async throws -> [String] {
        try await database.pool.query("SELECT id FROM log.event ORDER BY id").map { try $0.text(0) }
    }

    func text(_ sql: String) async throws -> String { try await database.pool.query(sql).only().text(0) }

    func number(_ sql: String) async throws -> Int { try await database.pool.query(sql).only().int(0) }
}

/// A vendor's API: two items a page, and refusals as a test wants them.
final class TestVendor: Sendable {
    private struct State {
        var items: [String] = []
        var count = 0
        var requests: [String] = []
        var authorizations: Set<String> = []
        /// What the next requests are answered; nil: as they should be.
        var refusals: [(status: Int, retryAfter: String)?] = []
        /// The access token that is good; nil: none has been given.
        var token: String?
        /// What tokens were asked for with.
        var tokenRequests: [String] = []
        var isHolding = false
        /// When each request came, those for tokens among them.
        var times: [ContinuousClock.Instant] = []
    }

    private let state = Mutex(State())
    private let held = AsyncStream<Void>.makeStream()
    private let released = AsyncStream<Void>.makeStream()

    var requests: [String] { state.withLock { $0.requests } }
    var authorizations: Set<String> { state.withLock { $0.authorizations } }

    func add(count: Int) {
        state.withLock { state in
            for _ in 0..<count {
                state.count += 1
                let id = state.count
                state.items.append(#"{"id":"\#(id)","gap":"g\#(id)","at":"2026-02-01T00:00:0\#(id)Z"}"#)
            }
        }
    }

    var times: [ContinuousClock.Instant] { state.withLock { $0.times } }

    func set(_ items: [String]) { state.withLock { $0.items = items } }

    func addRaw(_ item: String) { state.withLock { $0.items.append(item) } }

    /// What tokens were asked for with: the header and the form.
    var tokenRequests: [String] { state.withLock { $0.tokenRequests } }

    /// Takes no token that it has given until now.
    func revokeTokens() { state.withLock { $0.token = "revoked" } }

    /// Lets the next page wait, once it is asked for.
    func hold() { state.withLock { $0.isHolding = true } }

    /// Until a page waits.
    func isHeld() async { for await _ in held.stream { return } }

    func release() { released.continuation.finish() }

    func refuse(_ refusals: [(Int, String)?]) { state.withLock { $0.refusals = refusals } }

    static func run(_ body: @escaping @Sendable (TestVendor, Int) async throws -> Void) async throws {
        let vendor = TestVendor()
        let router = Router()
        router.get("items") { request, _ in
            if vendor.state.withLock({ $0.isHolding && $0.requests.count == 1 }) {
                vendor.held.continuation.yield()
                for await _ in vendor.released.stream {}
            }
            return vendor.answer(request)
        }
        router.post("token") { request, _ in
            let form = String(buffer: try await request.body.collect(upTo: 1024))
            return vendor.state.withLock { state in
                state.times.append(.now)
                state.tokenRequests.append("\(request.headers[.authorization] ?? "") \(form)")
                state.token = "t\(state.tokenRequests.count)"
                return Response(
                    status: .ok,
                    body: .init(
                        byteBuffer: ByteBuffer(
                            string: #"{"access_token":"\#(state.token ?? "")","expires_in":600}"#)))
            }
        }
        var logger = Logger(label: "vendor")
        logger.logLevel = .error
        let application = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)), logger: logger)
        try await application.test(.live) { client in
            try await body(vendor, client.port ?? 0)
        }
    }

    private func answer(_ request: Request) -> Response {
        state.withLock { state in
            state.times.append(.now)
            state.requests.append(request.uri.query ?? "")
            let authorization = request.headers[.authorization] ?? ""
            state.authorizations.insert(authorization)
            if let token = state.token, authorization != "Bearer \(token)" { return Response(status: .unauthorized) }
            if !state.refusals.isEmpty, let refusal = state.refusals.removeFirst() {
                return Response(
                    status: .init(code: refusal.status), headers: [.retryAfter: refusal.retryAfter],
                    body: .init(byteBuffer: ByteBuffer(string: "slow down")))
            }
            let since = request.uri.queryParameters["since"].map(String.init)
            let first = request.uri.queryParameters["page"].flatMap { Int($0) } ?? 0
            let items = since == nil || first > 0 ? state.items : state.items.filter { !isOlder($0, than: since ?? "") }
            let page = items.dropFirst(first).prefix(2)
            let next = items.count > first + 2 ? #""/items?page=\#(first + 2)""# : "null"
            let body = #"{"data":[\#(page.joined(separator: ","))],"next":\#(next)}"#
            return Response(status: .ok, body: .init(byteBuffer: ByteBuffer(string: body)))
        }
    }

    private func isOlder(_ item: String, than since: String) -> Bool {
        // A value that can't be parsed is a fault of the test, which then finds too much.
        let at = (try? JSONParser.parse(item))?["at"]?.string ?? ""
        return at < since
    }
}
