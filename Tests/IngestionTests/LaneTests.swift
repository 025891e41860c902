import EventLog
import Hummingbird
import HummingbirdTesting
import Models
import NIOCore
import Postgres
import Schema
import ServiceKit
import Support
import Synchronization
import Testing

@testable import Ingestion

/// The lane over sockets and the real log, beside the router that it stands in for.
@Suite(.timeLimit(.minutes(5))) struct LaneTests {
    private static func request(
        _ body: String, token: String, type: String = "application/cloudevents+json", method: String = "POST",
        path: String = "/v1/events", more: String = ""
    ) -> String {
        "\(method) \(path) HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(token)\r\nContent-Type: \(type)\r\n"
            + "\(more)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    /// How many requests have taken the lane.
    private static func taken(_ harness: IngestionHarness) -> Int {
        number("onus_ingestion_lane_requests_total", harness)
    }

    private static func number(_ series: String, _ harness: IngestionHarness) -> Int {
        harness.metrics.text.split(separator: "\n").first { $0.hasPrefix(series + " ") }
            .flatMap { Int($0.dropFirst(series.utf8.count + 1)) } ?? 0
    }

    /// What is sent after each other, and whether it takes the lane.
    private static func conversation(_ tokens: [TokenRole: String]) -> [(
        request: String, takesLane: Bool, hasBody: Bool
    )] {
        let token = tokens[.integration] ?? ""
        let lms = tokens[.lms] ?? ""
        let learning = event(
            "learning", type: "onus.learning.recorded", data: #"{"person":"p","title":"t","provider":"q"}"#)
        func send(_ text: String, _ takesLane: Bool, hasBody: Bool = true) -> (String, Bool, Bool) {
            (text, takesLane, hasBody)
        }
        return [
            send(request(event("0"), token: token), false),  // Nobody knows the token yet.
            send(request(event("1"), token: token), true),
            send(request(event("1"), token: token), true),
            send(request(event("2"), token: token, type: "application/cloudevents+json; charset=utf-8"), true),
            send(request(event("3", extra: #","subject":"p","notes":"n""#), token: token), true),
            send(request(event("4", data: #"{"person":"p","role":"r","notes":"gone"}"#), token: token), true),
            send(request(learning, token: token), true),
            send(request("{", token: token), false),
            send(request("[]", token: token), false),
            send(request(event("5", data: "{}"), token: token), false),
            send(request(event("6", type: "nonsense"), token: token), false),
            send(request(#"{"specversion":"1.0"}"#, token: token), false),
            send(request(event("7"), token: "wrong"), false),
            send(request(event("8"), token: tokens[.auditor] ?? ""), false),
            send(request(event("9"), token: lms), false),
            send(request(learning, token: lms), true),
            send(request(event("10"), token: lms), false),
            send(request("[\(event("11"))]", token: token, type: batchType), false),
            send(request(event("12"), token: token, type: "text/plain"), false),
            send(request(event("13"), token: token, more: "Content-Encoding: gzip\r\n"), false),
            send(
                request(event("14", extra: #","x":"\#(String(repeating: "y", count: 70_000))""#), token: token), false),
            send(request(String(repeating: " ", count: Limits.event + 1), token: token), false),
            send(request(event("15"), token: token), true),
        ]
    }

    @Test func `every answer is the one that the router gives, down to its bytes`() async throws {
        let outcomes = Mutex<[(answers: [RawConnection.Answer?], stored: [String])]>([])
        for way in [IngestionHarness.Way.sockets, .lane] {
            try await IngestionHarness.run(over: way, isTimeless: true) { (harness) async throws in
                let port = try #require(harness.client.port)
                var all: [RawConnection.Answer?] = []
                for (text, takesLane, hasBody) in Self.conversation(harness.tokens) {
                    // A connection each, since some are closed by the router.
                    let before = Self.taken(harness)
                    all.append(
                        try await RawConnection.open(port: port) { connection in
                            try await connection.send(text)
                            return try await connection.answer(hasBody: hasBody)
                        })
                    if way == .lane {
                        #expect(Self.taken(harness) - before == (takesLane ? 1 : 0), "\(text.prefix(2000))")
                    }
                }
                let stored = try await harness.texts(
                    """
                    SELECT concat_ws(' ', source, id, time, subject, data, attributes) FROM log.event
                    UNION ALL SELECT concat_ws(' ', person, title, provider, data) FROM learner.learning ORDER BY 1
                    """)
                outcomes.withLock { [all] in $0.append((all, stored)) }
            }
        }
        let both = outcomes.withLock { $0 }
        for (router, lane) in zip(both[0].answers, both[1].answers) { #expect(router == lane) }
        #expect(both[0].stored == both[1].stored && both[0].stored.count == 9)
    }

    @Test func `a connection may change between the ways, and what it sends ahead is answered in order`() async throws {
        try await IngestionHarness.run(over: .lane, isTimeless: true) { (harness) async throws in
            let token = try #require(harness.tokens[.integration])
            #expect(try await harness.post(event("0")).status == 202)
            let statuses = try await RawConnection.open(port: try #require(harness.client.port)) { connection in
                let requests = [
                    event("1"), "{", event("2"), event("2"), event("3", data: "{}"), event("4"),
                ].map { Self.request($0, token: token) }
                try await connection.send(requests.joined())
                var statuses: [String] = []
                for _ in requests {
                    guard let answer = try await connection.answer() else { break }
                    statuses.append("\(answer.status) \(answer.body.contains(#""duplicates":1"#))")
                }
                // All has been answered: the lane is open again.
                let before = Self.taken(harness)
                try await connection.send(Self.request(event("5"), token: token))
                #expect(try await connection.answer()?.status == 202)
                #expect(Self.taken(harness) == before + 1)
                try await connection.send(
                    Self.request(event("6"), token: token, more: "Connection: close\r\n"))
                #expect(try await connection.answer()?.status == 202)
                #expect(try await connection.answer() == nil)
                return statuses
            }
            #expect(statuses == ["202 false", "400 false", "202 false", "202 true", "422 false", "202 false"])
        }
    }

    @Test func `HEAD, other methods and other routes are answered on the same connection`() async throws {
        try await IngestionHarness.run(over: .lane) { (harness) async throws in
            try await RawConnection.open(port: try #require(harness.client.port)) { connection in
                try await connection.send("HEAD /healthz HTTP/1.1\r\n\r\nPUT /v1/events HTTP/1.1\r\n\r\n")
                #expect(try await connection.answer(hasBody: false)?.status == 200)
                let refused = try await connection.answer()
                #expect(refused?.status == 405 && refused?.head.contains("Allow: POST") == true)
            }
        }
    }

    @Test func `a token that was revoked meanwhile is refused as soon as its answer is too old`() async throws {
        try await IngestionHarness.run(over: .lane) { (harness) async throws in
            let token = try #require(harness.tokens[.integration])
            try await RawConnection.open(port: try #require(harness.client.port)) { connection in
                try await connection.send(Self.request(event("1"), token: token))
                #expect(try await connection.answer()?.status == 202)
                try await harness.database.pool.execute("UPDATE onus.token SET revoked = now()")
                var answer: RawConnection.Answer?
                var number = 1
                repeat {
                    number += 1
                    try await connection.send(Self.request(event("\(number)"), token: token))
                    answer = try await connection.answer()
                } while answer?.status == 202
                #expect(answer?.status == 401)
                try await connection.send(Self.request(event("last"), token: token))
                #expect(try await connection.answer()?.status == 401)
                #expect(try await harness.number("SELECT count(*) FROM log.event") == number - 1)
            }
        }
    }

    @Test func `a rate counts on both ways together`() async throws {
        try await IngestionHarness.run(over: .lane) { (harness) async throws in
            let token = try await harness.database.pool.withConnection { connection in
                try await Tokens(connection).create(name: "s", role: .integration, organization: .default, rate: 1)
                    .value
            }
            try await RawConnection.open(port: try #require(harness.client.port)) { connection in
                // At one a second the second or, on a machine that stood still meanwhile, a later one is too many.
                var answer: RawConnection.Answer?
                for number in 0..<200 where answer?.status != 429 {
                    try await connection.send(Self.request(event("\(number)"), token: token))
                    answer = try await connection.answer()
                }
                #expect(answer?.status == 429 && answer?.head.contains("Retry-After: 1") == true)
                #expect(Self.number("onus_ingestion_memory_bytes", harness) == 0)
            }
        }
    }

    @Test func `a token's rate is asked before its event is judged, and an event that goes on is not counted`()
        async throws
    {
        try await TestDatabase.withMigrated { database in
            let asked = Mutex(0)
            let start = ContinuousClock.now
            let limits = RateLimits(now: {
                asked.withLock { $0 += 1 }
                return start
            })
            let principal = AuthenticatedToken(
                organization: .default, id: .random(), name: "slow", role: .integration, rate: 2)
            let tokens = TokenVerifier(limits: limits, now: { start }) { _ in principal }
            let registry = MetricsRegistry()
            let metrics = IngestionMetrics(registry)
            let gate = BacklogGate(limit: 0)
            let rules = RulesCache(pool: database.pool)
            let lane = EventLane(
                store: EventStore(
                    pool: database.pool, wakeUp: WakeUp(pool: database.pool, logger: TestEnvironment.logger),
                    tiers: IdentityTiers(), gate: gate, limits: GroupCommitter.Limits(), metrics: metrics,
                    logger: TestEnvironment.logger),
                rules: rules, admission: Admission(budget: 1 << 20), gate: gate, tokens: tokens, metrics: metrics,
                requests: RequestMetrics(registry: registry), logger: TestEnvironment.logger,
                now: { Instant(microseconds: 0) })
            _ = try await tokens.principal(of: "secret")

            /// Whether the lane takes the event, and how often the rate was asked.
            func offer(_ body: String) async throws -> (isTaken: Bool, asked: Int) {
                let bytes = Array(Self.request(body, token: "secret").utf8)
                while true {
                    _ = try await rules.rules(of: .default)
                    let before = asked.withLock { $0 }
                    let isTaken = bytes.withUnsafeBytes { bytes in
                        guard case .head(let head) = LaneHead.read(bytes) else { return false }
                        return lane.event(head, bytes) != nil
                    }
                    // On a machine that stood still the rules are not at hand any more: nothing was looked at then.
                    if rules.known(of: .default) != nil { return (isTaken, asked.withLock { $0 } - before) }
                }
            }
            let broken = event("broken", data: "{}")
            for _ in 0..<5 { #expect(try await offer(broken) == (false, 1)) }
            for number in 0..<2 { #expect(try await offer(event("\(number)")) == (true, 2)) }
            #expect(try await offer(event("2")) == (false, 1))
            #expect(try await offer(broken) == (false, 1))
        }
    }

    @Test(arguments: [IngestionHarness.Way.lane, .sockets])
    func `beyond what may wait for a slow database events are 429, and what waited is stored`(
        way: IngestionHarness.Way
    ) async throws {
        try await IngestionHarness.run(over: way, pending: 100) { (harness) async throws in
            // Known: its token and its rules.
            #expect(try await harness.post(event("known")).status == 202)
            let token = try #require(harness.tokens[.integration])
            let port = try #require(harness.client.port)
            let (refused, others) = try await harness.database.pool.withConnection { blocker in
                _ = try await blocker.script("BEGIN; LOCK TABLE log.identity IN ACCESS EXCLUSIVE MODE")
                return try await withThrowingTaskGroup(of: RawConnection.Answer?.self) { group in
                    for number in 0..<110 {
                        group.addTask {
                            try await RawConnection.open(port: port) { connection in
                                try await connection.send(Self.request(event("\(number)"), token: token))
                                return try await connection.answer()
                            }
                        }
                    }
                    // A hundred wait, and the rest are answered at once.
                    var refused: [RawConnection.Answer] = []
                    for _ in 0..<10 {
                        if let answer = try await group.next() ?? nil { refused.append(answer) }
                    }
                    #expect(Self.number("onus_ingestion_pending_events", harness) == 100)
                    #expect(Self.number("onus_ingestion_pending_events_limit", harness) == 100)
                    _ = try await blocker.script("ROLLBACK")
                    return (refused, try await group.reduce(into: []) { $0.append($1?.status) })
                }
            }
            #expect(refused.map(\.status) == Array(repeating: 429, count: 10))
            for answer in refused {
                #expect(answer.head.contains { $0.lowercased() == "retry-after: 1" })
                #expect(answer.head.contains { $0.lowercased() == "content-type: application/problem+json" })
            }
            #expect(others == Array(repeating: 202, count: 100))
            #expect(try await harness.number("SELECT count(*) FROM log.event") == 101)
            #expect(try await harness.post(event("later")).status == 202)
        }
    }

    @Test func `a shut gate is the router's to explain`() async throws {
        try await IngestionHarness.run(over: .lane, backlog: 3) { (harness) async throws in
            let log = try await ScoringFixture.consumer(harness.database)
            _ = try await log.withBatch(limit: 10) { _, _ in }
            for number in 0..<4 { #expect(try await harness.post(event("\(number)")).status == 202) }
            _ = try await log.withBatch(limit: 1) { _, _ in }
            await harness.watch.look()
            let before = Self.taken(harness)
            let answer = try await harness.post(event("5"))
            #expect(answer.status == 429 && answer.headers[.retryAfter] == "5")
            #expect(Self.taken(harness) == before)
        }
    }

    @Test func `a database that can't take an event is 503, and counted and held as one request`() async throws {
        try await IngestionHarness.run(over: .lane, isTimeless: true) { (harness) async throws in
            #expect(try await harness.post(event("0")).status == 202)
            try await harness.database.pool.withTransaction { blocker in
                try await blocker.execute("LOCK TABLE log.identity IN ACCESS EXCLUSIVE MODE")
                let token = try #require(harness.tokens[.integration])
                let port = try #require(harness.client.port)
                try await withThrowingTaskGroup(of: Int?.self) { group in
                    group.addTask {
                        try await RawConnection.open(port: port) { connection in
                            try await connection.send(Self.request(event("1"), token: token))
                            return try await connection.answer()?.status
                        }
                    }
                    while try await harness.number(
                        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
                    ) < 1 {}
                    #expect(Self.number("onus_ingestion_pending_events", harness) == 1)
                    #expect(Self.number("onus_ingestion_memory_bytes", harness) == event("1").utf8.count)
                    // The server ends it, as an administrator might.
                    try await harness.database.pool.execute(
                        """
                        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                        WHERE datname = current_database() AND wait_event_type = 'Lock'
                        """)
                    #expect(try await group.next() == 503)
                }
            }
            #expect(Self.taken(harness) == 1)
            #expect(Self.number("onus_ingestion_pending_events", harness) == 0)
            #expect(Self.number("onus_ingestion_memory_bytes", harness) == 0)
            let series = #"http_server_requests_total{method="POST",route="/v1/events",status="#
            #expect(Self.number(series + #""503"}"#, harness) == 1)
            #expect(Self.number(series + #""202"}"#, harness) == 1)
            #expect(Self.number("http_server_active_requests", harness) == 0)
        }
    }
}
