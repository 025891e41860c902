import Models
import Notification
import Postgres
import Testing

/// Quiet hours hold at the time of sending, not only when a mail is planned.
@Suite(.timeLimit(.minutes(5))) struct QuietDeliveringTests {
    private func instant(_ text: String) throws -> Instant { try Instant(rfc3339: text) }

    private func mails(_ bench: TestBench) async throws -> [String] {
        try await bench.pool.query(
            """
            SELECT state || ' ' || to_char(due AT TIME ZONE 'UTC', 'DD HH24:MI') || ' ' || day || ' ' || attempts
            FROM notice.delivery WHERE channel = 'email' ORDER BY id
            """
        ).map { try $0.text(0) }
    }

    @Test func `a retry that falls into the evening waits for the morning`() async throws {
        try await TestBench.run { bench in
            try await bench.assign("ana", email: "ana@example.com")
            try await bench.notice(.coachingDue, to: "ana")
            let late = try instant("2026-03-03T17:59:59Z")
            _ = try await bench.planner().planAll(at: late)
            var behaviour = TestMailServer.Behaviour()
            behaviour.data = { attempt in attempt == 1 ? "451 4.3.0 later" : "250 OK" }
            try await TestMailServer.run(behaviour) { server, port in
                let deliverer = try bench.deliverer(mailPort: port)
                _ = try await deliverer.deliverAll(at: late)
                #expect(try await mails(bench) == ["pending 03 18:00 2026-03-03 1"])
                _ = try await deliverer.deliverAll(at: try instant("2026-03-03T18:00:10Z"))
                #expect(server.mails.count == 1)
                #expect(try await mails(bench) == ["pending 04 08:00 2026-03-04 1"])
                _ = try await deliverer.deliverAll(at: try instant("2026-03-04T08:00:00Z"))
                #expect(Set(server.mails.map { MIMEReader($0.octets)["Message-ID"] }).count == 1)
            }
            #expect(try await mails(bench) == ["sent 04 08:00 2026-03-04 2"])
        }
    }

    @Test func `after an outage no more go out on a day than on any other, and the rest is in the digest`() async throws
    {
        try await TestBench.run { bench in
            try await bench.assign("ana", email: "ana@example.com")
            let planner = bench.planner()
            for _ in 0..<2 { try await bench.notice(.coachingDue, to: "ana") }
            _ = try await planner.planAll(at: bench.tuesday)
            // Nobody delivers until the evening, when two more are planned for Wednesday.
            let evening = try instant("2026-03-03T20:00:00Z")
            for _ in 0..<2 { try await bench.notice(.coachingDue, to: "ana") }
            _ = try await planner.planAll(at: evening)
            try await TestMailServer.run { server, port in
                let deliverer = try bench.deliverer(mailPort: port)
                _ = try await deliverer.deliverAll(at: evening)
                #expect(server.mails.isEmpty)
                _ = try await deliverer.deliverAll(at: try instant("2026-03-04T08:00:00Z"))
                #expect(server.mails.count == 3)
                let monday = try instant("2026-03-09T08:00:00Z")
                _ = try await planner.planAll(at: monday)
                _ = try await deliverer.deliverAll(at: monday)
                #expect(server.mails.count == 4)
            }
            #expect(try await bench.deliveries().count { $0.state == "digested" } == 1)
        }
    }

    @Test func `quiet hours that were chosen since count, and webhooks know none`() async throws {
        try await TestBench.run { bench in
            try await bench.assign("ana", email: "ana@example.com")
            try await bench.notice(.coachingDue, to: "ana")
            _ = try await bench.planner().planAll(at: bench.tuesday)
            try await bench.sql(
                """
                INSERT INTO notice.preference (organization_id, person, quiet_from_minute, quiet_until_minute)
                VALUES (1, 'ana', 540, 720)
                """)
            try await TestMailServer.run { server, port in
                _ = try await bench.deliverer(mailPort: port).deliverAll(at: bench.tuesday)
                #expect(server.mails.isEmpty)
            }
            #expect(try await mails(bench) == ["pending 03 12:00 2026-03-03 0"])
        }
    }
}
