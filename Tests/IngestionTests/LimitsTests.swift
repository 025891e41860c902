import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Models
import NIOCore
import Postgres
import Schema
import ServiceKit
import Support
import Testing

@testable import Ingestion

@Suite(.timeLimit(.minutes(5))) struct LimitsTests {
    private func padded(_ id: String, to size: Int) -> String {
        let text = event(id)
        return text + String(repeating: " ", count: size - text.utf8.count)
    }

    @Test func `however long the pointers of rejected items are, a receipt stays small`() async throws {
        try await IngestionHarness.run { (harness) async throws in
            let name = String(repeating: "n", count: 100_000)
            let line = event("1", data: "{\"\(name)\":1,\"\(name)\":1}")
            let body = String(repeating: line + "\n", count: 100)
            let answer = try await harness.post(body, linesType)
            #expect(answer.status == 422)
            #expect(answer.pointers.first == "/data/\(name)")
            #expect(answer.rejected.count + (answer.json["omitted"]?.int ?? 0) == 100)
            #expect(answer.json.serialized.utf8.count < 5 << 20)
        }
    }

    private func filled(_ id: String, bytes: Int) -> String {
        let empty = event(id, data: #"{"person":"p","role":"r","x":""}"#)
        return event(
            id, data: #"{"person":"p","role":"r","x":"\#(String(repeating: "y", count: bytes - empty.utf8.count))"}"#)
    }

    @Test func `an event of 256 KiB is taken, one byte more is 413`() async throws {
        try await IngestionHarness.run { (harness) async throws in
            #expect(try await harness.post(filled("1", bytes: Limits.event)).status == 202)
            let answer = try await harness.post(filled("2", bytes: Limits.event + 1))
            #expect(answer.status == 413)
            #expect(answer.headers[.contentType] == "application/problem+json")
        }
    }

    @Test(arguments: [batchType, linesType])
    func `an event that is too large is a rejected item among others`(form: String) async throws {
        try await IngestionHarness.run { (harness) async throws in
            let events = [event("1"), filled("2", bytes: Limits.event + 1), filled("3", bytes: Limits.event)]
            let body = form == batchType ? "[\(events.joined(separator: ","))]" : events.joined(separator: "\n")
            let answer = try await harness.post(body, form)
            #expect(answer.status == 207)
            #expect(answer.accepted == 2)
            #expect(answer.rejected.map { $0["index"]?.int } == [1])
            #expect(try await harness.number("SELECT count(*) FROM log.quarantine WHERE body IS NULL") == 1)
        }
    }

    @Test func `a batch beyond 16 MiB is 413, lines have no limit`() async throws {
        try await IngestionHarness.run { (harness) async throws in
            let large = ByteBuffer(string: "[\(padded("1", to: Limits.body))]")
            #expect(try await harness.post(large, batchType).status == 413)
            var lines = ByteBuffer()
            for number in 0..<70 {
                lines.writeString(filled("\(number)", bytes: Limits.event) + "\n")
            }
            #expect(lines.readableBytes > Limits.body)
            #expect(try await harness.post(lines, linesType).accepted == 70)
        }
    }

    @Test func `what does not fit into the memory budget is 429 with a time to come back`() async throws {
        let head = HTTPRequest(
            method: .post, scheme: nil, authority: nil, path: "/v1/events",
            headerFields: [.contentType: batchType, .contentLength: "\(8 << 20)"])
        let large = try EventsRequest(Request(head: head, body: RequestBody(buffer: ByteBuffer())))
        let admission = Admission(budget: 17 << 20)
        try await admission.admit(large) { _ in
            let error = await #expect(throws: ProblemDetails.self) { try await admission.admit(large) { _ in } }
            #expect(error?.status == .tooManyRequests)
            #expect(error?.headers[.retryAfter] == "1")
        }
        // What was in hand is given back.
        try await admission.admit(large) { _ in }
    }

    @Test func `without a token it is 401, with another role 403`() async throws {
        try await IngestionHarness.run { (harness) async throws in
            #expect(try await harness.post(event(), as: nil).status == 401)
            for role in [TokenRole.scim, .auditor] {
                #expect(try await harness.post(event(), as: role).status == 403)
            }
            for role in [TokenRole.admin, .integration] {
                #expect(try await harness.post(event(role.rawValue), as: role).status == 202)
            }
            #expect(try await harness.number("SELECT count(*) FROM log.event") == 2)
        }
    }

    @Test func `an lms sends training and learning, nothing else`() async throws {
        try await IngestionHarness.run { (harness) async throws in
            let training = event("t", type: "onus.training.requested", data: #"{"request":"q","requestedBy":"m"}"#)
            #expect(try await harness.post(training, as: .lms).status == 202)
            let learning = event("l", type: "onus.learning.recorded", data: #"{"person":"p","title":"t"}"#)
            #expect(try await harness.post(learning, as: .lms).status == 202)
            #expect(try await harness.post(event("x"), as: .lms).status == 403)
            // A batch is refused whole, and so are lines of which nothing is stored yet.
            let other = training.replacing("\"id\":\"t\"", with: "\"id\":\"u\"")
            #expect(try await harness.post("[\(other),\(event("x"))]", batchType, as: .lms).status == 403)
            #expect(try await harness.number("SELECT count(*) FROM log.event") == 1)
            #expect(try await harness.post("\(other)\n\(event("x"))", linesType, as: .lms).status == 403)
            #expect(try await harness.number("SELECT count(*) FROM log.event") == 1)
            // Once a slice is stored, the forbidden lines are rejected one by one.
            let many = (0..<Limits.sliceEvents).map { other.replacing("\"id\":\"u\"", with: "\"id\":\"u\($0)\"") }
            let lines = try await harness.post(
                (many + [event("x")]).joined(separator: "\n"), linesType, as: .lms)
            #expect(lines.status == 207)
            #expect(lines.accepted == Limits.sliceEvents)
            #expect(lines.pointers == ["/type"])
            #expect(try await harness.number("SELECT count(*) FROM log.quarantine") == 0)
        }
    }

    @Test func `another organisation's token stores into its own`() async throws {
        try await IngestionHarness.run { (harness) async throws in
            let secret = try await harness.database.pool.withConnection { connection in
                let other = try await Organizations(connection).create(name: "other")
                return try await Tokens(connection).create(name: "t", role: .admin, organization: other).value
            }
            _ = try await harness.post(event("1"))
            let response = try await harness.client.execute(
                uri: "/v1/events", method: .post,
                headers: [.contentType: "application/cloudevents+json", .authorization: "Bearer \(secret)"],
                body: ByteBuffer(string: event("1")))
            #expect(try JSONParser.parse(String(buffer: response.body))["accepted"] == 1)
            #expect(try await harness.number("SELECT count(DISTINCT organization_id) FROM log.event") == 2)
        }
    }

    @Test func `two hundred single events at once are each stored once and share transactions`() async throws {
        try await IngestionHarness.run { (harness) async throws in
            try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 0..<200 {
                    group.addTask { try await harness.post(event("\(number % 100)")).status }
                }
                for try await status in group {
                    #expect(status == 202)
                }
            }
            #expect(try await harness.number("SELECT count(*) FROM log.event") == 100)
            #expect(try await harness.number("SELECT count(DISTINCT xid::text) FROM log.event") < 100)
            #expect(harness.metrics.text.contains("onus_ingestion_events_accepted_total 100\n"))
            #expect(harness.metrics.text.contains("onus_ingestion_events_duplicate_total 100\n"))
            #expect(harness.metrics.text.contains("onus_ingestion_group_events_sum 200\n"))
        }
    }

    @Test(arguments: ["application/cloudevents+json", linesType])
    func `a database that was restored elsewhere and not migrated is 503`(form: String) async throws {
        try await IngestionHarness.run { (harness) async throws in
            try await harness.database.pool.execute("UPDATE onus.era SET system_identifier = 1")
            #expect(try await harness.post(event("1"), form).status == 503)
        }
    }

    @Test func `while the database takes nobody the answer is 503, afterwards it is stored`() async throws {
        try await IngestionHarness.run { (harness) async throws in
            #expect(try await harness.post(event("1")).status == 202)
            let name = harness.database.name
            try await TestServer.execute("ALTER DATABASE \(name) ALLOW_CONNECTIONS false")
            try await TestServer.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '\(name)'")
            for form in ["application/cloudevents+json", linesType] {
                let answer = try await harness.post(event("2"), form)
                #expect(answer.status == 503)
                #expect(answer.headers[.retryAfter] == "1")
                #expect(answer.headers[.contentType] == "application/problem+json")
            }
            let ready = try await harness.client.execute(uri: "/readyz", method: .get)
            #expect(ready.status == .serviceUnavailable)
            #expect(try await harness.client.execute(uri: "/healthz", method: .get).status == .ok)
            try await TestServer.execute("ALTER DATABASE \(name) ALLOW_CONNECTIONS true")
            var status = 503
            for _ in 0..<50 where status == 503 {
                status = try await harness.post(event("2")).status
            }
            #expect(status == 202)
            #expect(try await harness.client.execute(uri: "/readyz", method: .get).status == .ok)
            #expect(try await harness.texts("SELECT id FROM log.event ORDER BY id") == ["1", "2"])
        }
    }
}
