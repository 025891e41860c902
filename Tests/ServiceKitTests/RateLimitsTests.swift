import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Models
import Postgres
import Schema
import ServiceKit
import Synchronization
import Testing

@Suite struct RateLimitsTests {
    private func token(_ number: UInt64 = 1, rate: Int?) -> Principal {
        Principal(
            organization: .default, id: UUIDBytes(high: 1, low: number), name: "t", role: .integration, rate: rate)
    }

    @Test func `whoever sends more is told 429 and when to come back, others are not held up`() async throws {
        let clock = TestClock()
        let verifier = TokenVerifier(limits: RateLimits(now: { clock.now })) { secret in
            switch secret {
            case "slow": self.token(1, rate: 2)
            case "other": self.token(2, rate: 2)
            default: self.token(3, rate: nil)
            }
        }
        let router = Router(context: ServiceRequestContext.self)
        router.add(middleware: TokenAuthentication(verifier, roles: [.integration])).get("who") { _, _ in "you" }
        try await Application(responder: EdgeResponder(router, metrics: MetricsRegistry())).test(.router) { client in
            func get(_ secret: String) async throws -> TestResponse {
                try await client.execute(uri: "/who", method: .get, headers: [.authorization: "Bearer \(secret)"])
            }
            #expect(try await get("slow").status == .ok)
            #expect(try await get("slow").status == .ok)
            let refused = try await get("slow")
            #expect(refused.status == .tooManyRequests && refused.headers[.retryAfter] == "1")
            #expect(refused.headers[.contentType] == "application/problem+json")
            #expect(try await get("other").status == .ok)
            for _ in 0..<20 { #expect(try await get("free").status == .ok) }
            clock.advance(by: .milliseconds(500))
            #expect(try await get("slow").status == .ok)
            #expect(try await get("slow").status == .tooManyRequests)
        }
    }

    @Test func `the time to come back covers the whole of what was sent`() throws {
        let clock = TestClock()
        let limits = RateLimits(now: { clock.now })
        let token = token(rate: 10)
        try limits.admit(token)
        limits.charge(token, events: 999)
        let error = #expect(throws: ProblemDetails.self) { try limits.admit(token) }
        #expect(error?.headers[.retryAfter] == "100")
        clock.advance(by: .seconds(100))
        try limits.admit(token)
    }

    @Test func `a look at the room takes none of it`() throws {
        let clock = TestClock()
        let limits = RateLimits(now: { clock.now })
        let token = token(rate: 1)
        for _ in 0..<3 { #expect(limits.hasRoom(for: token)) }
        try limits.admit(token)
        for _ in 0..<3 { #expect(!limits.hasRoom(for: token)) }
        #expect(limits.hasRoom(for: self.token(2, rate: nil)))
        #expect(limits.hasRoom(for: self.token(rate: 5)))
        clock.advance(by: .seconds(1))
        #expect(limits.hasRoom(for: token))
        try limits.admit(token)
        #expect(throws: ProblemDetails.self) { try limits.admit(token) }
    }

    @Test func `a stream is held up until its events would have been allowed`() async throws {
        let clock = TestClock()
        let waits = Mutex<[Duration]>([])
        let limits = RateLimits(
            now: { clock.now },
            sleep: { duration in
                waits.withLock { $0.append(duration) }
                clock.advance(by: duration)
            })
        let token = token(rate: 100)
        for _ in 0..<4 { try await limits.pace(token, events: 150) }
        #expect(waits.withLock { $0 }.map { ($0 / .milliseconds(1)).rounded() } == [500, 1500, 1500, 1500])
        try await limits.pace(self.token(2, rate: nil), events: 1_000_000)
        #expect(waits.withLock { $0.count } == 4)
    }

    @Test func `a token that owes goes on owing, however many others come`() throws {
        let clock = TestClock()
        let limits = RateLimits(now: { clock.now })
        let debtor = token(0, rate: 10)
        limits.charge(debtor, events: 1_000_000)
        // More than are kept: those that owe nothing any more make room.
        for number in 1...3_000 {
            try limits.admit(token(UInt64(number), rate: 1))
            if number.isMultiple(of: 1_000) { clock.advance(by: .seconds(1)) }
        }
        #expect(throws: ProblemDetails.self) { try limits.admit(debtor) }
    }

    @Test func `another rate for a token begins at once`() throws {
        let clock = TestClock()
        let limits = RateLimits(now: { clock.now })
        try limits.admit(token(rate: 1))
        #expect(throws: ProblemDetails.self) { try limits.admit(token(rate: 1)) }
        try limits.admit(token(rate: 5))
    }
}
