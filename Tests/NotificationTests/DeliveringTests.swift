import Models
import Notification
import Postgres
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(5))) struct DeliveringTests {
    private func later(_ bench: TestBench, _ seconds: Int64) -> Instant {
        Instant(microseconds: bench.tuesday.microseconds + seconds * 1_000_000)
    }

    @Test func `a notice arrives as mail, once, with a way out`() async throws {
        try await TestBench.run { bench in
            try await bench.assign("ana", email: "ana@example.com", name: "Zoë Müller")
            try await bench.assign("p", manager: "ana", name: "Çağla")
            try await bench.notice(.coachingDue, to: "ana")
            _ = try await bench.planner().planAll(at: bench.tuesday)
            try await TestMailServer.run { server, port in
                let deliverer = try bench.deliverer(mailPort: port)
                async let first = deliverer.deliverAll(at: bench.tuesday)
                async let second = deliverer.deliverAll(at: bench.tuesday)
                let attempts = try await first + second
                #expect(attempts == 1)
                let mail = try #require(server.mails.first)
                #expect(server.mails.count == 1)
                let read = MIMEReader(mail.octets)
                #expect(mail.recipient == "ana@example.com")
                #expect(MIMEReader.decoded(try #require(read["To"])) == "Zoë Müller <ana@example.com>")
                #expect(
                    MIMEReader.decoded(try #require(read["Subject"])) == "A coaching conversation is due: Çağla")
                #expect(read["List-Unsubscribe"]?.hasPrefix("<https://onus.example/unsubscribe/") == true)
                #expect(read.parts.allSatisfy { $0.text.contains("https://onus.example/people/p") })
                #expect(read.parts.allSatisfy { $0.text.contains("e-1 from crm") })
            }
            #expect(try await bench.deliveries().map(\.state) == ["sent", "sent"])
        }
    }

    @Test func `a deferred mail is tried again under the same identity, a refused one is parked`() async throws {
        try await TestBench.run { bench in
            try await bench.assign("ana", email: "ana@example.com")
            try await bench.assign("bounce", email: "bounce@example.com")
            try await bench.notice(.coachingDue, to: "ana")
            try await bench.notice(.coachingDue, to: "bounce")
            _ = try await bench.planner().planAll(at: bench.tuesday)
            var behaviour = TestMailServer.Behaviour()
            behaviour.recipient = { address, _ in address.hasPrefix("bounce") ? "550 5.1.1 no" : "250 OK" }
            behaviour.data = { attempt in attempt == 1 ? "451 4.3.0 later" : "250 OK" }
            try await TestMailServer.run(behaviour) { server, port in
                let deliverer = try bench.deliverer(mailPort: port)
                let first = try await deliverer.deliverAll(at: bench.tuesday)
                #expect(first == 2)
                let mails = try await bench.deliveries().filter { $0.channel == "email" }
                #expect(mails.map(\.state) == ["pending", "parked"])
                #expect(
                    mails.map(\.error) == ["the mail server answered 451 4.3.0", "the mail server answered 550 5.1.1"])
                let tooEarly = try await deliverer.deliverAll(at: later(bench, 4))
                #expect(tooEarly == 0)
                let second = try await deliverer.deliverAll(at: later(bench, 5))
                #expect(second == 1)
                let identities = server.mails.compactMap { MIMEReader($0.octets)["Message-ID"] }
                #expect(identities.count == 2)
                #expect(Set(identities).count == 1)
            }
            #expect(try await bench.deliveries().filter { $0.channel == "email" }.map(\.state) == ["sent", "parked"])
        }
    }

    @Test func `a crash between sending and marking repeats the attempt under the same identity`() async throws {
        try await TestBench.run { bench in
            try await bench.assign("ana", email: "ana@example.com")
            try await bench.notice(.coachingDue, to: "ana")
            _ = try await bench.planner().planAll(at: bench.tuesday)
            try await TestMailServer.run { server, port in
                // As a worker that dies here: claimed and sent, and no outcome written.
                let claimed = try await bench.servicePool.withTransaction { connection in
                    try await DueDeliveries.claim(
                        connection, lane: DeliveryLane(organization: bench.organization), limit: 8,
                        lease: Lease.length, at: bench.tuesday)
                }
                let attempt = try await bench.courier(mailPort: port).attempt(
                    try #require(claimed.first), within: Lease(from: .now), at: bench.tuesday)
                #expect(attempt == .delivered)

                let deliverer = try bench.deliverer(mailPort: port)
                let whileLeased = try await deliverer.deliverAll(at: later(bench, 179))
                #expect(whileLeased == 0)
                let afterwards = try await deliverer.deliverAll(at: later(bench, 180))
                #expect(afterwards == 1)
                #expect(server.mails.count == 2)
                #expect(Set(server.mails.map { MIMEReader($0.octets)["Message-ID"] }).count == 1)
            }
            let mail = try #require(try await bench.deliveries().last)
            #expect(mail.state == "sent" && mail.attempts == 2)
        }
    }

    @Test func `an address that was learnt later is used, and one that was lost parks the mail`() async throws {
        try await TestBench.run { bench in
            try await bench.assign("ana", email: "old@example.com")
            try await bench.assign("bo", email: "bo@example.com")
            try await bench.notice(.coachingDue, to: "ana")
            try await bench.notice(.coachingDue, to: "bo")
            _ = try await bench.planner().planAll(at: bench.tuesday)
            try await bench.assign("ana", email: "new@example.com", from: "2026-02-01")
            try await bench.assign("bo", from: "2026-02-01")
            try await TestMailServer.run { server, port in
                _ = try await bench.deliverer(mailPort: port).deliverAll(at: bench.tuesday)
                #expect(server.mails.map(\.recipient) == ["new@example.com"])
            }
            #expect(
                try await bench.deliveries().filter { $0.state == "parked" }.map(\.error)
                    == ["no e-mail address is known"])
        }
    }

    @Test func `somebody who leaves before a mail goes out is replaced, and webhooks are not called again`()
        async throws
    {
        try await TestBench.run { bench in
            try await bench.assign("ana", manager: "bo", email: "ana@example.com")
            try await bench.assign("bo", email: "bo@example.com")
            _ = try await bench.webhook("http://127.0.0.1:1/", secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
            try await bench.notice(.coachingDue, to: "ana")
            let planner = bench.planner()
            _ = try await planner.planAll(at: bench.tuesday)
            try await bench.assign("ana", active: false, from: "2026-02-01")
            try await TestMailServer.run { server, port in
                let deliverer = try bench.deliverer(mailPort: port)
                _ = try await deliverer.deliverAll(at: bench.tuesday)
                #expect(server.mails.isEmpty)
                let planned = try await planner.planAll(at: bench.tuesday)
                #expect(planned == 1)
                _ = try await deliverer.deliverAll(at: bench.tuesday)
                #expect(server.mails.map(\.recipient) == ["bo@example.com"])
            }
            let rows = try await bench.deliveries()
            #expect(rows.map(\.channel).sorted() == ["email", "inbox", "webhook"])
            #expect(rows.filter { $0.channel == "inbox" }.map(\.recipient) == ["bo"])
        }
    }

    @Test func `a digest to somebody who left is taken apart and planned for their leader`() async throws {
        try await TestBench.run { bench in
            try await bench.assign("ana", manager: "bo", email: "ana@example.com")
            try await bench.assign("bo", email: "bo@example.com")
            for _ in 0..<5 { try await bench.notice(.coachingDue, to: "ana") }
            let planner = bench.planner()
            _ = try await planner.planAll(at: bench.tuesday)
            let monday = try Instant(rfc3339: "2026-03-09T08:00:00Z")
            try await TestMailServer.run { server, port in
                let deliverer = try bench.deliverer(mailPort: port)
                _ = try await deliverer.deliverAll(at: bench.tuesday)
                _ = try await planner.planAll(at: monday)
                try await bench.assign("ana", active: false, from: "2026-02-01")
                _ = try await deliverer.deliverAll(at: monday)
                let planned = try await planner.planAll(at: monday)
                #expect(planned == 2)
                _ = try await deliverer.deliverAll(at: monday)
                #expect(server.mails.map(\.recipient).suffix(2) == ["bo@example.com", "bo@example.com"])
            }
            #expect(try await bench.count("SELECT count(*) FROM notice.pending") == 0)
        }
    }

    @Test func `mail that its recipient stopped after it was planned does not go out`() async throws {
        try await TestBench.run { bench in
            try await bench.assign("ana", email: "ana@example.com")
            try await bench.notice(.coachingDue, to: "ana")
            _ = try await bench.planner().planAll(at: bench.tuesday)
            try await bench.sql(
                "INSERT INTO notice.mute (organization_id, person, kind) VALUES (1, 'ana', 'coaching_due')")
            try await TestMailServer.run { server, port in
                _ = try await bench.deliverer(mailPort: port).deliverAll(at: bench.tuesday)
                #expect(server.mails.isEmpty)
            }
            #expect(try await bench.deliveries().map(\.state) == ["sent", "muted"])
        }
    }

    @Test func `contested evidence goes out whatever is muted`() async throws {
        try await TestBench.run { bench in
            try await bench.assign("ana", email: "ana@example.com")
            try await bench.notice(.evidenceContested, to: "ana")
            _ = try await bench.planner().planAll(at: bench.tuesday)
            // The database would not take it.
            try await bench.sql("ALTER TABLE notice.mute DROP CONSTRAINT mute_not_contested")
            try await bench.sql(
                "INSERT INTO notice.mute (organization_id, person, kind) VALUES (1, 'ana', 'evidence_contested')")
            try await TestMailServer.run { server, port in
                _ = try await bench.deliverer(mailPort: port).deliverAll(at: bench.tuesday)
                #expect(server.mails.count == 1)
            }
        }
    }

    @Test func `of a worker whose claim is over a success counts, and nothing else`() async throws {
        try await TestBench.run { bench in
            try await bench.assign("ana", email: "ana@example.com")
            try await bench.notice(.coachingDue, to: "ana")
            _ = try await bench.planner().planAll(at: bench.tuesday)
            func claim(at now: Instant) async throws -> ClaimedDelivery {
                let claimed = try await bench.servicePool.withTransaction { connection in
                    try await DueDeliveries.claim(
                        connection, lane: DeliveryLane(organization: bench.organization), limit: 8,
                        lease: Lease.length, at: now)
                }
                return try #require(claimed.first)
            }
            func finish(_ delivery: ClaimedDelivery, _ decision: DeliveryDecision) async throws -> TestBench.Row? {
                try await bench.servicePool.withTransaction { connection in
                    try await OrganizationScope.enter(connection, bench.organization)
                    try await DueDeliveries.finish(connection, delivery, decision, at: later(bench, 181))
                }
                return try await bench.deliveries().first { $0.channel == "email" }
            }
            let stale = try await claim(at: bench.tuesday)
            #expect(try await claim(at: later(bench, 180)).attempt == 2)
            let wait = QuietWait(.standard, in: LocalTime("UTC"), now: try Instant(rfc3339: "2026-03-03T20:00:00Z"))
            for decision in [
                DeliveryDecision.retry(after: .zero, because: "late"), .parked(because: "late"), .muted,
                .postponed(try #require(wait)), .replanned,
            ] {
                let mail = try await finish(stale, decision)
                #expect(mail?.state == "pending" && mail?.attempts == 2 && mail?.error == nil, "\(decision)")
                let leased = "SELECT count(*) FROM notice.delivery WHERE leased_until IS NOT NULL"
                #expect(try await bench.count(leased) == 1, "\(decision)")
            }
            #expect(try await finish(stale, .sent)?.state == "sent")
        }
    }

    @Test func `mail that was put off is not sent to who stopped it meanwhile, save where it may have arrived`()
        async throws
    {
        for (answer, state, count) in [("451 4.3.0 later" as String?, "muted", 1), (nil, "sent", 2)] {
            try await TestBench.run { bench in
                try await bench.assign("ana", email: "ana@example.com")
                try await bench.notice(.coachingDue, to: "ana")
                _ = try await bench.planner().planAll(at: bench.tuesday)
                var behaviour = TestMailServer.Behaviour()
                behaviour.data = { attempt in attempt == 1 ? answer : "250 OK" }
                try await TestMailServer.run(behaviour) { server, port in
                    let deliverer = try bench.deliverer(mailPort: port)
                    _ = try await deliverer.deliverAll(at: bench.tuesday)
                    try await bench.sql(
                        "INSERT INTO notice.preference (organization_id, person, email) VALUES (1, 'ana', false)")
                    _ = try await deliverer.deliverAll(at: later(bench, 60))
                    #expect(server.mails.count == count)
                    #expect(Set(server.mails.map { MIMEReader($0.octets)["Message-ID"] }).count == 1)
                }
                #expect(try await bench.deliveries().last?.state == state)
            }
        }
    }

    @Test func `mail whose attempt ended without an outcome is finished`() async throws {
        try await TestBench.run { bench in
            try await bench.assign("ana", email: "ana@example.com")
            try await bench.notice(.coachingDue, to: "ana")
            _ = try await bench.planner().planAll(at: bench.tuesday)
            // As a worker that dies, perhaps after it has handed the mail over.
            _ = try await bench.servicePool.withTransaction { connection in
                try await DueDeliveries.claim(
                    connection, lane: DeliveryLane(organization: bench.organization), limit: 8, lease: Lease.length,
                    at: bench.tuesday)
            }
            try await bench.sql(
                "INSERT INTO notice.preference (organization_id, person, email) VALUES (1, 'ana', false)")
            try await TestMailServer.run { server, port in
                _ = try await bench.deliverer(mailPort: port).deliverAll(at: later(bench, 180))
                #expect(server.mails.count == 1)
            }
        }
    }

    @Test func `a delivery of a kind that only a newer build knows is left to that build`() async throws {
        try await TestBench.run { bench in
            for person in ["ana", "ben"] {
                try await bench.assign(person, email: "\(person)@example.com")
                try await bench.notice(.coachingDue, to: person)
            }
            _ = try await bench.planner().planAll(at: bench.tuesday)
            try await bench.sql("UPDATE notice.delivery SET kind = 'of_tomorrow' WHERE recipient = 'ana'")
            try await TestMailServer.run { server, port in
                let sent = try await bench.deliverer(mailPort: port).deliverAll(at: bench.tuesday)
                #expect(sent == 1)
                #expect(server.mails.count == 1)
                #expect(try await bench.deliveries().filter { $0.state == "pending" }.map(\.attempts) == [0])
                let lanes = try await bench.servicePool.withConnection { connection in
                    try await DueDeliveries.lanes(connection, at: later(bench, 600))
                }
                #expect(lanes == [])
                // The newer build's turn.
                try await bench.sql("UPDATE notice.delivery SET kind = 'coaching_due' WHERE recipient = 'ana'")
                let rest = try await bench.deliverer(mailPort: port).deliverAll(at: later(bench, 600))
                #expect(rest == 1)
                #expect(server.mails.count == 2)
            }
        }
    }

    @Test func `what could outlast its claim is not begun`() async throws {
        try await TestBench.run { bench in
            try await bench.assign("ana", email: "ana@example.com")
            _ = try await bench.webhook("http://127.0.0.1:1/", secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
            try await bench.notice(.coachingDue, to: "ana")
            _ = try await bench.planner().planAll(at: bench.tuesday)
            // Each look at the clock finds a minute gone.
            let start = ContinuousClock.now
            let minutes = Mutex(0)
            let clock = { @Sendable () -> ContinuousClock.Instant in
                minutes.withLock { minutes in
                    minutes += 1
                    return start + .seconds(60 * minutes)
                }
            }
            try await TestMailServer.run { server, port in
                _ = try await bench.deliverer(mailPort: port, clock: clock).deliverAll(at: bench.tuesday)
                #expect(server.mails.isEmpty)
            }
            let rows = try await bench.deliveries().filter { $0.channel != "inbox" }
            #expect(rows.count == 2 && rows.allSatisfy { $0.state == "pending" })
            #expect(rows.allSatisfy { $0.error == "the database took too long to say what to send" })
        }
    }

    @Test func `an outcome that can't be written is given up with the claim`() async throws {
        try await TestBench.run { bench in
            try await bench.assign("ana", email: "ana@example.com")
            try await bench.notice(.coachingDue, to: "ana")
            _ = try await bench.planner().planAll(at: bench.tuesday)
            // As a server that starts up again, whenever an outcome comes.
            try await bench.pool.withConnection {
                try await $0.script(
                    """
                    CREATE FUNCTION notice.away() RETURNS trigger LANGUAGE plpgsql AS
                        $$ BEGIN RAISE EXCEPTION 'away' USING ERRCODE = 'cannot_connect_now'; END $$;
                    CREATE TRIGGER away BEFORE UPDATE ON notice.delivery FOR EACH ROW
                        WHEN (NEW.leased_until IS NULL) EXECUTE FUNCTION notice.away();
                    """)
            }
            let start = ContinuousClock.now
            let tens = Mutex(0)
            let clock = { @Sendable () -> ContinuousClock.Instant in start + .seconds(10 * tens.withLock(\.self)) }
            try await TestMailServer.run { server, port in
                let deliverer = try bench.deliverer(mailPort: port, clock: clock) { _ in tens.withLock { $0 += 1 } }
                await #expect(throws: PostgresError.self) { try await deliverer.deliverAll(at: bench.tuesday) }
                #expect(server.mails.count == 1)
            }
            #expect(tens.withLock(\.self) == 18, "one try every ten seconds of the three minutes")
        }
    }

    @Test func `a digest is one mail with all that was held`() async throws {
        try await TestBench.run { bench in
            try await bench.assign("ana", email: "ana@example.com")
            for _ in 0..<5 { try await bench.notice(.coachingDue, to: "ana") }
            let planner = bench.planner()
            _ = try await planner.planAll(at: bench.tuesday)
            let monday = try Instant(rfc3339: "2026-03-09T08:00:00Z")
            try await TestMailServer.run { server, port in
                let deliverer = try bench.deliverer(mailPort: port)
                let daily = try await deliverer.deliverAll(at: bench.tuesday)
                #expect(daily == 3)
                _ = try await planner.planAll(at: monday)
                let weekly = try await deliverer.deliverAll(at: monday)
                #expect(weekly == 1)
                let digest = try #require(server.mails.last.map { MIMEReader($0.octets) })
                #expect(digest["Subject"] == "Your week in Onus: 2 notices")
                #expect(digest.parts.first?.text.split(separator: "Next step:").count == 3)
            }
        }
    }
}
