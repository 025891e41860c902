import AsyncHTTPClient
import HTTPTypes
import Hummingbird
import Models
import Notification
import Postgres
import Testing

@Suite(.timeLimit(.minutes(5))) struct WebhookDeliveringTests {
    private let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

    private func later(_ bench: TestBench, _ seconds: Int64) -> Instant {
        Instant(microseconds: bench.tuesday.microseconds + seconds * 1_000_000)
    }

    @Test func `a call is signed, says what and why, and a retry keeps its identity and body`() async throws {
        try await TestBench.run { bench in
            let answer = { @Sendable (number: Int) in
                number == 1
                    ? Response(status: .serviceUnavailable, headers: [.retryAfter: "90"]) : Response(status: .accepted)
            }
            try await TestReceiver.run(answer) { receiver, port in
                _ = try await bench.webhook("http://127.0.0.1:\(port)/hook", secret: secret)
                let notice = try await bench.notice(.coachingDue, to: "ana")
                _ = try await bench.planner().planAll(at: bench.tuesday)
                let deliverer = try bench.deliverer()
                let first = try await deliverer.deliverAll(at: bench.tuesday)
                let tooEarly = try await deliverer.deliverAll(at: later(bench, 89))
                let second = try await deliverer.deliverAll(at: later(bench, 90))
                #expect([first, tooEarly, second] == [1, 0, 1])

                let call = try #require(receiver.calls.first)
                let seconds = bench.tuesday.microseconds / 1_000_000
                #expect(call.timestamp == String(seconds))
                #expect(call.contentType == "application/json; charset=utf-8")
                let id = try #require(call.id)
                #expect(!id.contains("."))
                #expect(
                    call.signature
                        == WebhookSignature.header(
                            id: id, timestamp: seconds, body: call.body, secrets: [try WebhookSecret(secret)]))
                let body = try JSONParser.parse(call.body)
                #expect(body["type"]?.string == "onus.notice.coaching_due")
                #expect(body["timestamp"]?.string != nil)
                #expect(body["data"]?["notice"]?.string == String(notice))
                #expect(body["data"]?["recipient"]?.string == "ana")
                #expect(body["data"]?["link"]?.string == "https://onus.example/people/p")
                #expect(receiver.calls.map(\.id) == [id, id])
                #expect(receiver.calls.map(\.body) == [call.body, call.body])
            }
            #expect(try await bench.deliveries().map(\.state) == ["sent", "sent"])
        }
    }

    @Test func `410 switches the webhook off and parks what waits for it`() async throws {
        try await TestBench.run { bench in
            try await TestReceiver.run({ _ in Response(status: .gone) }) { receiver, port in
                let webhook = try await bench.webhook("http://127.0.0.1:\(port)/hook", secret: secret)
                try await bench.notice(.coachingDue, to: "ana")
                _ = try await bench.planner().planAll(at: bench.tuesday)
                try await bench.notice(.coachingDue, to: "bo")
                _ = try await bench.planner().planAll(at: later(bench, 60))
                let deliverer = try bench.deliverer()
                let first = try await deliverer.deliverAll(at: bench.tuesday)
                let second = try await deliverer.deliverAll(at: later(bench, 3600))
                #expect([first, second] == [1, 0])
                #expect(receiver.calls.count == 1)
                let off = "SELECT count(*) FROM notice.webhook WHERE disabled IS NOT NULL AND id = \(webhook)"
                #expect(try await bench.count(off) == 1)
                let calls = try await bench.deliveries().filter { $0.channel == "webhook" }
                #expect(calls.map(\.state) == ["parked", "parked"])
            }
        }
    }

    @Test func `a redirect is a failure, and a receiver that never answers well is parked in the end`() async throws {
        try await TestBench.run { bench in
            let answer = { @Sendable (_: Int) in Response(status: .found, headers: [.location: "/hook"]) }
            try await TestReceiver.run(answer) { receiver, port in
                _ = try await bench.webhook("http://127.0.0.1:\(port)/hook", secret: secret)
                try await bench.notice(.coachingDue, to: "ana")
                _ = try await bench.planner().planAll(at: bench.tuesday)
                let deliverer = try bench.deliverer()
                for round in 0..<17 { _ = try await deliverer.deliverAll(at: later(bench, Int64(round) * 3600)) }
                #expect(receiver.calls.count == 16)
                let call = try #require(try await bench.deliveries().last)
                #expect(call.state == "parked")
                #expect(call.error == "given up after 16 attempts; the last one: the receiver answered 302")
            }
        }
    }

    @Test func `an address out of reach is sent nothing, whatever its name`() async throws {
        try await TestReceiver.run { receiver, port in
            let client = HTTPClient(configuration: WebhookTransport.configuration(calling: try WebhookReach("none")))
            for host in ["127.0.0.1", "localhost"] {
                let attempt = await WebhookTransport(client: client).post(
                    [], to: try WebAddress("http://\(host):\(port)/hook", field: "webhook"), id: "msg_1",
                    secrets: [try WebhookSecret(secret)], now: Instant(microseconds: 0))
                #expect(
                    attempt
                        == .refused(
                            because: "the receiver's address is none that webhooks may call (ONUS_WEBHOOK_NETWORKS)"))
            }
            try await client.shutdown()
            #expect(receiver.calls.isEmpty)
        }
    }

    @Test func `nobody listening is tried again, and an address that isn't the web's is refused`() async throws {
        try await TestBench.run { bench in
            _ = try await bench.webhook("http://127.0.0.1:1/hook", secret: secret)
            let bad = try await bench.webhook("http://x", secret: secret)
            try await bench.sql("ALTER TABLE notice.webhook DROP CONSTRAINT webhook_url_is_web")
            try await bench.sql("UPDATE notice.webhook SET url = 'file:///etc/passwd' WHERE id = $1", [.int8(bad)])
            try await bench.notice(.coachingDue, to: "ana")
            _ = try await bench.planner().planAll(at: bench.tuesday)
            _ = try await bench.deliverer().deliverAll(at: bench.tuesday)
            let calls = try await bench.deliveries().filter { $0.channel == "webhook" }
            #expect(calls.map(\.state) == ["pending", "parked"])
            #expect(calls.last?.error?.contains("http or https") == true)
        }
    }
}
