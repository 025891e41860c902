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
