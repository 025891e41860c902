import HTTPTypes
import HummingbirdTesting
import Models
import NIOCore
import Postgres
import Schema
import ServiceKit
import Support
import Testing

@testable import Ingestion

@Suite(.timeLimit(.minutes(5))) struct RateTests {
    /// A token that may send one event a second, so slowly that no test outlasts what it owes.
    private func token(_ role: TokenRole, _ harness: IngestionHarness) async throws -> String {
        try await harness.database.pool.withConnection { connection in
            try await Tokens(connection).create(name: "slow", role: role, organization: .default, rate: 1).value
        }
    }

    @Test func `every event of a batch counts, and what follows is 429 until it is paid for`() async throws {
        try await IngestionHarness.run { (harness) async throws in
            let headers: HTTPFields = [
                .authorization: "Bearer \(try await token(.integration, harness))", .contentType: batchType,
            ]
            let batch = "[\((1...5000).map { event("\($0)") }.joined(separator: ","))]"
            func send() async throws -> TestResponse {
                try await harness.client.execute(
                    uri: "/v1/events", method: .post, headers: headers, body: ByteBuffer(string: batch))
            }
            #expect(try await send().status == .accepted)
            let refused = try await send()
            #expect(refused.status == .tooManyRequests)
            let wait = try #require(refused.headers[.retryAfter].flatMap { Int($0) })
            #expect((3600...5000).contains(wait))
            #expect(try await harness.post(event("another")).status == 202)
        }
    }

    @Test func `lines come no faster than the rate`() async throws {
        try await IngestionHarness.run { (harness) async throws in
            var slow = harness
            slow.tokens[.integration] = try await token(.integration, harness)
            let start = ContinuousClock.now
            let lines = (1...3).map { event("\($0)") }.joined(separator: "\n")
            #expect(try await slow.post(lines, linesType).accepted == 3)
            // The first was allowed at once.
            #expect(ContinuousClock.now - start >= .seconds(2))
        }
    }

    @Test func `a stream ends with its token`() async throws {
        try await IngestionHarness.run(over: .sockets) { (harness) async throws in
            let token = try #require(harness.tokens[.integration])
            func chunk(_ text: String) -> String { "\(String(text.utf8.count, radix: 16))\r\n\(text)\r\n" }
            try await RawConnection.open(port: try #require(harness.client.port)) { connection in
                try await connection.send(
                    "POST /v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(token)\r\n"
                        + "Content-Type: \(linesType)\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk(event("1") + "\n"))
                // It has been let in once it holds memory.
                while harness.metrics.text.contains("\nonus_ingestion_memory_bytes 0\n") {
                    try await Task.sleep(for: .milliseconds(10))
                }
                try await harness.database.pool.execute("UPDATE onus.token SET revoked = now()")
                try await Task.sleep(for: TokenVerifier.lifetime + .milliseconds(200))
                try await connection.send(chunk(event("2") + "\n") + "0\r\n\r\n")
                let answer = try await connection.answer()
                #expect(answer?.status == 401 && answer?.body.contains("The token has ended") == true)
            }
            #expect(try await harness.number("SELECT count(*) FROM log.event WHERE id = '2'") == 0)
        }
    }

    @Test func `SCIM says it in its own form`() async throws {
        try await IngestionHarness.run { (harness) async throws in
            let authorization = "Bearer \(try await token(.scim, harness))"
            var last: TestResponse?
            // At one a second the second or, on a machine that stood still meanwhile, a later one is too many.
            for _ in 0..<200 where last?.status != .tooManyRequests {
                last = try await harness.client.execute(
                    uri: "/scim/v2/ServiceProviderConfig", method: .get, headers: [.authorization: authorization])
            }
            #expect(last?.status == .tooManyRequests && last?.headers[.retryAfter] == "1")
            #expect(last?.headers[.contentType] == "application/scim+json")
        }
    }

    /// How long a refused token has to wait, in seconds.
    private func wait(_ answer: IngestionHarness.Answer) -> Int? {
        guard answer.status == 429 else { return nil }
        return answer.headers[.retryAfter].flatMap { Int($0) }
    }

    @Test func `a group that changes counts once for each member whose unit it changes`() async throws {
        try await IngestionHarness.run { (harness) async throws in
            var members: [String] = []
            for number in 0..<60 { members.append(try await harness.user("u\(number)")) }
            var slow = harness
            slow.tokens[.scim] = try await token(.scim, harness)
            _ = try await slow.group("Shop", members)
            #expect((20...60).contains(try #require(wait(try await slow.scim(.get, "/Users")))))
        }
    }
}
