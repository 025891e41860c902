import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Models
import Postgres
import Schema
import ServiceKit
import Synchronization
import Testing

@Suite struct TokenAuthenticationTests {
    /// A verifier that knows one token of each role, spelt like the role, and counts how often it is asked.
    private final class Known: Sendable {
        let clock = TestClock()
        private let asked = Mutex(0)
        var questions: Int { asked.withLock { $0 } }

        var verifier: TokenVerifier {
            TokenVerifier(
                now: { self.clock.now },
                look: { secret in
                    self.asked.withLock { $0 += 1 }
                    return TokenRole(rawValue: secret).map { role in
                        Principal(
                            organization: .default, id: UUIDBytes(high: 1, low: 2), name: "the \(role)", role: role)
                    }
                })
        }
    }

    private func application(_ known: Known, basic: Bool = false) -> some ApplicationProtocol {
        let router = Router(context: ServiceRequestContext.self)
        router.group("v1")
            .add(middleware: TokenAuthentication(known.verifier, roles: [.lms], acceptsBasic: basic))
            .get("who") { _, context in context.principal?.name ?? "nobody" }
        return Application(responder: EdgeResponder(router, metrics: MetricsRegistry()))
    }

    private func answer(_ authorization: String?, basic: Bool = false) async throws -> TestResponse {
        try await application(Known(), basic: basic).test(.router) { client in
            let headers: HTTPFields = authorization.map { [.authorization: $0] } ?? [:]
            return try await client.execute(uri: "/v1/who", method: .get, headers: headers)
        }
    }

    private func status(_ authorization: String?, basic: Bool = false) async throws -> HTTPResponse.Status {
        try await answer(authorization, basic: basic).status
    }

    @Test func `a token of an allowed role passes, and the admin's always`() async throws {
        #expect(try await status("Bearer lms") == .ok)
        #expect(try await status("bearer   admin") == .ok)
    }

    @Test(arguments: [nil, "Bearer", "Bearer ", "Bearer unknown", "Token lms", "Basic bG1zOmxtcw=="])
    func `anything but a valid bearer token is 401 with a challenge`(header: String?) async throws {
        let response = try await answer(header)
        #expect(response.status == .unauthorized)
        #expect(response.headers[.wwwAuthenticate]?.hasPrefix("Bearer realm=") == true)
        #expect(response.headers[.contentType] == "application/problem+json")
    }

    @Test(arguments: ["integration", "scim", "auditor"])
    func `a valid token of another role is 403`(role: String) async throws {
        #expect(try await status("Bearer \(role)") == .forbidden)
    }

    @Test func `Basic carries the token's name and the token, where it is taken`() async throws {
        // "the lms:lms", and the same with another name.
        #expect(try await status("Basic dGhlIGxtczpsbXM=", basic: true) == .ok)
        #expect(try await status("Basic YW5vdGhlcjpsbXM=", basic: true) == .unauthorized)
        #expect(try await status("Basic dGhlIGxtczpsbXM", basic: true) == .unauthorized)
    }

    @Test func `the same token is looked up once a second, an unknown one each time`() async throws {
        let known = Known()
        let verifier = known.verifier
        for _ in 0..<5 {
            _ = try await verifier.principal(of: "lms")
        }
        #expect(known.questions == 1)
        for _ in 0..<3 {
            #expect(try await verifier.principal(of: "wrong") == nil)
        }
        #expect(known.questions == 4)
        known.clock.advance(by: TokenVerifier.lifetime)
        _ = try await verifier.principal(of: "lms")
        #expect(known.questions == 5)
    }
}
