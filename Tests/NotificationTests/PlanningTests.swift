import Models
import Notification
import Postgres
import Testing

@Suite(.timeLimit(.minutes(5))) struct PlanningTests {
    @Test func `two workers at once plan each notice exactly once and keep the allowance`() async throws {
        try await TestBench.run { bench in
            for person in ["ana", "bo", "cy"] { try await bench.assign(person, email: "\(person)@example.com") }
            for round in 0..<10 {
                for person in ["ana", "bo", "cy"] {
                    try await bench.notice(round == 7 ? .gapClimbed : .coachingDue, to: person)
                }
            }
            async let first = bench.planner(batch: 4).planAll(at: bench.tuesday)
            async let second = bench.planner(batch: 3).planAll(at: bench.tuesday)
            let planned = try await (first, second)
            #expect(planned.0 + planned.1 == 30)
            let rows = try await bench.deliveries()
            #expect(rows.count { $0.channel == "inbox" && $0.state == "sent" } == 30)
            for person in ["ana", "bo", "cy"] {
                #expect(rows.count { $0.recipient == person && $0.channel == "email" && $0.state == "pending" } == 3)
                #expect(rows.count { $0.recipient == person && $0.channel == "email" && $0.state == "held" } == 7)
            }
            let urgent = "SELECT count(*) FROM notice.delivery WHERE kind = 'gap_climbed' AND state = 'pending'"
            #expect(try await bench.count(urgent) == 3)
            #expect(try await bench.count("SELECT count(*) FROM notice.pending") == 0)
        }
    }

    @Test func `a leaver's notice goes to the next active leader above, and at the top to the HR contact`() async throws
    {
        try await TestBench.run { bench in
            try await bench.assign("ana", manager: "bo")
            try await bench.assign("ana", active: false, from: "2026-02-01")
            try await bench.assign("bo", manager: "cy")
            try await bench.assign("bo", active: false, from: "2026-02-01")
            try await bench.assign("cy", email: "cy@example.com")
            try await bench.assign("top", active: false)
            try await bench.assign("hr")
            try await bench.sql("UPDATE onus.organization SET hr_contact = 'hr'")
            try await bench.notice(.coachingDue, to: "ana")
            try await bench.notice(.coachingDue, to: "top")
            _ = try await bench.planner().planAll(at: bench.tuesday)
            let rows = try await bench.deliveries()
            #expect(Set(rows.filter { $0.channel == "inbox" }.map(\.recipient)) == ["cy", "hr"])
            #expect(rows.filter { $0.channel == "email" }.map(\.recipient) == ["cy"])
        }
    }

    @Test func `an assignment that is retracted or contested is not followed`() async throws {
        try await TestBench.run { bench in
            try await bench.assign("ana", manager: "bo")
            try await bench.assign("ana", active: false, from: "2026-02-01")
            try await bench.sql(
                """
                INSERT INTO facts.event (organization_id, identity, type, day, time, source, id, recorded, target, data)
                SELECT 1, gen_random_uuid(), 16, '2026-02-02', '2026-02-02', 'hris', 'retraction', now(), identity, '{}'
                FROM facts.event WHERE id = 'ana 2026-02-01'
                """)
            try await bench.notice(.coachingDue, to: "ana")
            _ = try await bench.planner().planAll(at: bench.tuesday)
            #expect(try await bench.deliveries().map(\.recipient) == ["ana"])
        }
    }

    @Test func `without a mail server, an address or the wish there is the inbox alone`() async throws {
        try await TestBench.run { bench in
            try await bench.assign("ana", email: "ana@example.com")
            try await bench.assign("bo")
            try await bench.sql(
                "INSERT INTO notice.preference (organization_id, person, email) VALUES (1, 'cy', false)")
            try await bench.assign("cy", email: "cy@example.com")
            try await bench.notice(.coachingDue, to: "ana")
            _ = try await bench.planner(mail: false).planAll(at: bench.tuesday)
            for person in ["bo", "cy"] { try await bench.notice(.coachingDue, to: person) }
            _ = try await bench.planner().planAll(at: bench.tuesday)
            #expect(try await bench.deliveries().map(\.channel) == ["inbox", "inbox", "inbox"])
        }
    }

    @Test func `a webhook gets the kinds it is registered for, in its own organisation`() async throws {
        try await TestBench.run { bench in
            try await bench.sql("INSERT INTO onus.organization (name) VALUES ('other')")
            try await bench.sql(
                """
                INSERT INTO notice.webhook (organization_id, url, kinds, secrets)
                SELECT id, 'https://x.example/', '{coaching_due}', '{s}' FROM onus.organization
                """)
            try await bench.sql(
                """
                INSERT INTO notice.webhook (organization_id, url, kinds, secrets, disabled)
                VALUES (1, 'https://x.example/', '{coaching_due}', '{s}', now())
                """)
            let notice = try await bench.notice(.coachingDue, to: "ana")
            try await bench.notice(.actionDue, to: "ana")
            _ = try await bench.planner().planAll(at: bench.tuesday)
            #expect(try await bench.deliveries().filter { $0.channel == "webhook" }.map(\.notice) == [notice])
        }
    }

    @Test func `mails that have gone out count among the day's three`() async throws {
        try await TestBench.run { bench in
            try await bench.assign("ana", email: "ana@example.com")
            for _ in 0..<3 { try await bench.notice(.coachingDue, to: "ana") }
            _ = try await bench.planner().planAll(at: bench.tuesday)
            try await TestMailServer.run { server, port in
                _ = try await bench.deliverer(mailPort: port).deliverAll(at: bench.tuesday)
                #expect(server.mails.count == 3)
            }
            try await bench.notice(.gapClimbed, to: "ana")
            _ = try await bench.planner().planAll(at: bench.tuesday)
            #expect(
                try await bench.deliveries().filter { $0.channel == "email" }.map(\.state)
                    == ["sent", "sent", "sent", "held"])
        }
    }

    @Test func `what is over the allowance goes out as one digest on Monday`() async throws {
        try await TestBench.run { bench in
            try await bench.assign("ana", email: "ana@example.com")
            for _ in 0..<5 { try await bench.notice(.coachingDue, to: "ana") }
            let planner = bench.planner()
            _ = try await planner.planAll(at: bench.tuesday)
            let monday = try Instant(rfc3339: "2026-03-09T08:00:00Z")
            _ = try await planner.planAll(at: Instant(microseconds: monday.microseconds - 1))
            #expect(try await bench.deliveries().count { $0.state == "held" } == 2)
            async let first = planner.planAll(at: monday)
            async let second = planner.planAll(at: monday)
            _ = try await (first, second)
            let rows = try await bench.deliveries()
            #expect(rows.count { $0.state == "digested" } == 2)
            #expect(rows.count { $0.notice == nil && $0.state == "pending" } == 1)
        }
    }

    @Test func `kinds of a newer version wait for it`() async throws {
        try await TestBench.run { bench in
            let notice = try await bench.notice(.coachingDue, to: "ana")
            try await bench.sql("UPDATE notice.notice SET kind = 'something_new' WHERE id = $1", [.int8(notice)])
            #expect(try await bench.planner().planAll(at: bench.tuesday) == 0)
            #expect(try await bench.count("SELECT count(*) FROM notice.pending") == 1)
        }
    }

    @Test func `an organisation that can't be planned holds up nobody else`() async throws {
        try await TestBench.run { bench in
            try await bench.notice(.coachingDue, to: "ana")
            try await bench.sql("INSERT INTO onus.organization (name) VALUES ('other')")
            try await bench.sql(
                """
                WITH moved AS (
                    INSERT INTO notice.notice (organization_id, key, digest, kind, recipient, recipient_role, day, reason,
                        evidence, next_step, link)
                    SELECT o.id, 'k', gen_random_uuid(), 'coaching_due', 'bo', 'manager', '2026-03-03', 'r', '[]', 'n', '/'
                    FROM onus.organization AS o WHERE o.name = 'other' RETURNING organization_id, id
                ) INSERT INTO notice.pending SELECT organization_id, id FROM moved
                """)
            // Deeper than anything that scoring writes.
            try await bench.sql(
                "UPDATE notice.notice SET evidence = (repeat('[', 500) || repeat(']', 500))::jsonb WHERE recipient = 'ana'"
            )
            await #expect(throws: PostgresError.self) { try await bench.planner().planAll(at: bench.tuesday) }
            #expect(try await bench.deliveries().map(\.recipient) == ["bo"])
        }
    }
}
