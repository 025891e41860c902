import EventLog
import HTTPTypes
import Hummingbird
import Models
import NIOCore
import Postgres
import ServiceKit
import Support
import Testing

@testable import Ingestion

@Suite(.timeLimit(.minutes(5))) struct BackpressureTests {
    @Test func `the gate shuts at its limit, and opens when a fifth of it is read`() throws {
        let gate = BacklogGate(limit: 100)
        #expect(gate.report(99) == nil)
        try gate.pass()
        #expect(gate.report(100) == true)
        let error = #expect(throws: ProblemDetails.self) { try gate.pass() }
        #expect(error?.status == .tooManyRequests)
        #expect(error?.headers[.retryAfter] == "5")
        #expect(gate.report(80) == nil)
        #expect(gate.isShut)
        #expect(gate.report(79) == false)
        try gate.pass()
        let open = BacklogGate(limit: 0)
        #expect(open.report(.max) == nil)
        try open.pass()
    }

    @Test func `events beyond the consumers' reach are 429 until they are read, and nothing of them is stored`()
        async throws
    {
        try await IngestionHarness.run(backlog: 3) { (harness) async throws in
            // A consumer that stands where the log is now.
            let log = try await ScoringFixture.consumer(harness.database)
            _ = try await log.withBatch(limit: 10) { _, _ in }
            let first = (0..<4).map { event("\($0)") }.joined(separator: "\n")
            #expect(try await harness.post(first, linesType).status == 202)
            _ = try await log.withBatch(limit: 1) { _, _ in }
            await harness.watch.look()
            for (body, form) in [
                (event("5"), "application/cloudevents+json"), ("[\(event("6"))]", batchType), (event("7"), linesType),
            ] {
                let answer = try await harness.post(body, form)
                #expect(answer.status == 429)
                #expect(answer.headers[.retryAfter] == "5")
            }
            #expect(try await harness.post(event("8"), query: "?dryRun=true").status == 202)
            #expect(try await harness.number("SELECT count(*) FROM log.event") == 4)
            #expect(harness.metrics.text.contains("onus_ingestion_backlog_events 3\n"))
            #expect(harness.metrics.text.contains("onus_ingestion_backlog_events_limit 3\n"))
            _ = try await log.withBatch(limit: 10) { _, _ in }
            await harness.watch.look()
            #expect(try await harness.post(event("5")).status == 202)
        }
    }

    @Test func `what comes by SCIM and xAPI waits for the consumers too, and what is there is read`() async throws {
        try await IngestionHarness.run(backlog: 2) { (harness) async throws in
            let log = try await ScoringFixture.consumer(harness.database)
            _ = try await log.withBatch(limit: 10) { _, _ in }
            let user = try await harness.user("ann")
            _ = try await harness.user("bob")
            await harness.watch.look()
            let name: JSONValue = ["userName": "cid"]
            let refused = [
                try await harness.scim(.post, "/Users", name), try await harness.scim(.put, "/Users/\(user)", name),
                try await harness.patch("/Users/\(user)", ["op": "replace", "value": ["active": false]]),
                try await harness.scim(.delete, "/Users/\(user)"),
                try await harness.scim(.post, "/Groups", ["displayName": "Shop"]),
                try await harness.xapi(.post, "/statements", statement()),
                try await harness.xapi(.put, "/statements?statementId=\(firstID)", statement()),
            ]
            for answer in refused { #expect(answer.status == 429 && answer.headers[.retryAfter] == "5") }
            #expect(refused[0].headers[.contentType] == "application/scim+json")
            #expect(try await harness.scim(.get, "/Users/\(user)").status == 200)
            #expect(try await harness.scim(.post, "/.search", ["schemas": []]).status == 200)
            #expect(try await harness.xapi(.get, "/statements").status == 200)
            #expect(try await harness.number("SELECT count(*) FROM log.event") == 2)
            _ = try await log.withBatch(limit: 10) { _, _ in }
            await harness.watch.look()
            #expect(try await harness.scim(.delete, "/Users/\(user)").status == 204)
        }
    }

    @Test func `a database that is slow is 429 with a time to come back, and what waited for it is stored`()
        async throws
    {
        try await IngestionHarness.run(patience: .seconds(2)) { (harness) async throws in
            // Known: its token and its rules.
            #expect(try await harness.post(event("0")).status == 202)
            let slow = try await harness.database.pool.withTransaction { blocker in
                try await blocker.execute("LOCK TABLE log.identity IN ACCESS EXCLUSIVE MODE")
                let slow = (1...4).map { number in
                    Task {
                        // A busy machine may take longer than the patience to connect: then it comes again, as asked.
                        while true {
                            let status = try await harness.post("[\(event("\(number)"))]", batchType).status
                            if status != 429, status != 503 { return status }
                        }
                    }
                }
                while try await harness.number(
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
                )
                    < 4
                {}
                let answer = try await harness.post(event("5"))
                #expect(answer.status == 429)
                #expect(answer.headers[.retryAfter] == "1")
                return slow
            }
            for task in slow { #expect(try await task.value == 202) }
            #expect(try await harness.number("SELECT count(*) FROM log.event") == 5)
        }
    }

    private func lines() throws -> EventsRequest {
        let head = HTTPRequest(
            method: .post, scheme: nil, authority: nil, path: "/v1/events", headerFields: [.contentType: linesType])
        return try EventsRequest(Request(head: head, body: RequestBody(buffer: ByteBuffer())))
    }

    /// Runs `body` while so many streams are in progress that have sent nothing yet.
    private func beside(
        _ streams: Int, _ admission: Admission, _ request: EventsRequest, _ body: () async throws -> Void
    ) async throws {
        guard streams > 0 else { return try await body() }
        try await admission.admit(request) { _ in try await beside(streams - 1, admission, request, body) }
    }

    @Test func `a stream holds what it has in hand, so senders who take their time keep nobody out`() async throws {
        let admission = Admission(budget: 8 << 20)
        let request = try lines()
        try await beside(100, admission, request) {
            #expect(admission.used == 100 * Admission.base)
            try await admission.admit(request) { holding in
                #expect(holding.hold(Admission.base + (1 << 20)))
                #expect(admission.used == 101 * Admission.base + (1 << 20))
                #expect(holding.hold(8 << 20) == false)
                #expect(admission.used == 101 * Admission.base + (1 << 20))
            }
            #expect(admission.used == 100 * Admission.base)
        }
        #expect(admission.used == 0)
    }

    @Test func `each limit stands beside what is used of it`() async throws {
        try await IngestionHarness.run(memory: 64, pendingMemory: 3, backlog: 7) { (harness) async throws in
            let text = harness.metrics.text
            for line in [
                "onus_ingestion_memory_bytes 0", "onus_ingestion_memory_bytes_limit 67108864",
                "onus_ingestion_pending_events 0", "onus_ingestion_pending_events_limit 20000",
                "onus_ingestion_pending_bytes 0", "onus_ingestion_pending_bytes_limit 3145728",
                "onus_ingestion_backlog_events 0", "onus_ingestion_backlog_events_limit 7",
            ] {
                #expect(text.contains(line + "\n"))
            }
        }
    }
}
