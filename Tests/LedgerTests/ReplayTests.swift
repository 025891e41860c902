import EventLog
import Ledger
import Models
import Postgres
import Support
import Testing

@Suite(.timeLimit(.minutes(5))) struct ReplayTests {
    private static let today = GoldenScoringTests.second

    @Test func `a replay leaves what the log gives as it is, and announces nothing`() async throws {
        try await scored { scored, worker in
            #expect(try await Verification(log: scored.log).run(scored.organization) == [])
            let before = try await scored.stored()
            let notices = try await scored.count("notice.notice")
            let published = try await scored.count("score.published")
            let summary = try await Replay(log: scored.log).run(scored.organization)
            #expect(summary.day == Self.today)
            #expect(try await scored.stored() == before)
            #expect(try await scored.count("notice.notice") == notices)
            #expect(try await scored.count("score.published") == published)
            #expect(try await Verification(log: scored.log).run(scored.organization) == [])
            // The worker that remembers goes on.
            var builder = EventBuilder(source: "/later")
            try await scored.append([builder.coaching("p00001", by: "p00000", on: Self.today)])
            try await scored.drain(worker)
            #expect(try await Verification(log: scored.log).run(scored.organization) == [])
        }
    }

    @Test(arguments: [
        ("fact", "UPDATE facts.event SET person = 'x' WHERE id = (SELECT min(id) FROM facts.event)"),
        ("fact", "DELETE FROM facts.event WHERE id = (SELECT min(id) FROM facts.event)"),
        ("fact", "UPDATE facts.event SET unit = 'x' WHERE id = (SELECT min(id) FROM facts.event WHERE type = 10)"),
        (
            "fact",
            """
            UPDATE facts.event SET packed = (SELECT packed FROM facts.event WHERE type = 10 ORDER BY id DESC LIMIT 1)
            WHERE id = (SELECT min(id) FROM facts.event WHERE type = 10)
            """
        ),
        (
            "fact",
            """
            INSERT INTO facts.event (organization_id, identity, type, day, time, source, id, recorded, data)
            VALUES (1, gen_random_uuid(), 4, '2026-01-01', '2026-01-01Z', '/x', 'x', '2026-01-01Z', '{}')
            """
        ),
        ("contribution", "INSERT INTO score.contribution VALUES (1, 'nobody', 'manager', 'm', '')"),
        ("contribution", "DELETE FROM score.contribution WHERE unit = (SELECT min(unit) FROM score.contribution)"),
        ("tally", "DELETE FROM score.tally WHERE scope = 'manager'"),
        ("deadline", "INSERT INTO score.deadline VALUES (1, 'u', gen_random_uuid(), 'action', '2026-07-01', 'm', 'g')"),
        ("score", "UPDATE score.current SET score = 1 WHERE score IS NOT NULL"),
        ("score", "UPDATE score.current SET day = day - 1"),
        ("programme", "UPDATE score.programme_current SET day = day - 1"),
        ("programme", "UPDATE score.programme_current SET delivered = delivered + 1"),
    ])
    func `a row that was altered by hand is found, and a replay repairs it`(
        _ projection: String, _ sql: String
    ) async throws {
        try await scored { scored, _ in
            try await scored.execute(sql)
            let found = try await Verification(log: scored.log).run(scored.organization)
            #expect(found.contains { $0.projection == projection })
            _ = try await Replay(log: scored.log).run(scored.organization)
            #expect(try await Verification(log: scored.log).run(scored.organization) == [])
        }
    }

    @Test func `what scoring has not read yet is no difference`() async throws {
        try await scored { scored, worker in
            var builder = EventBuilder(source: "/later")
            try await scored.append([builder.coaching("p00001", by: "p00000", on: Self.today)])
            #expect(try await Verification(log: scored.log).run(scored.organization) == [])
            // Nor is a fact that a replay took in before.
            _ = try await Replay(log: scored.log).run(scored.organization)
            #expect(try await Verification(log: scored.log).run(scored.organization) == [])
            try await scored.drain(worker)
            #expect(try await Verification(log: scored.log).run(scored.organization) == [])
        }
    }

    @Test func `what waits to be announced is announced after a replay`() async throws {
        try await ScoredOrganization.with(today: Self.today) { scored in
            try await scored.execute("UPDATE onus.organization SET l_and_d_contact = 'learning', hr_contact = 'people'")
            var builder = EventBuilder()
            try await scored.append([
                builder.person("m", from: Self.today - 100), builder.person("p", from: Self.today - 100, manager: "m"),
            ])
            try await scored.drain(scored.worker())
            let coaching = builder.coaching("p", by: "m", on: Self.today - 14)
            let request = builder.request(by: "m", on: Self.today - 2)
            // A history that is being loaded: its units, and what of it is news, wait until it has come to rest.
            try await scored.append([coaching, request, builder.contest(coaching, by: "p", on: Self.today - 1)])
            _ = try await scored.worker(bulk: 3, quiet: .seconds(60)).step()
            #expect(try await scored.count("score.arrival") == 2)
            let before = try await scored.count("notice.notice")
            _ = try await Replay(log: scored.log).run(scored.organization)
            #expect(try await scored.count("notice.notice") == before)
            try await scored.drain(scored.worker())
            let rows = try await scored.database.pool.query(
                """
                SELECT kind, recipient FROM notice.notice WHERE kind IN ('evidence_contested', 'request_returned')
                ORDER BY kind, recipient
                """)
            #expect(
                try rows.map { [try $0.text(0), try $0.text(1)] } == [
                    ["evidence_contested", "m"], ["evidence_contested", "people"], ["request_returned", "learning"],
                    ["request_returned", "m"],
                ])
            #expect(try await scored.count("score.arrival") == 0)
            #expect(try await Verification(log: scored.log).run(scored.organization) == [])
        }
    }

    @Test(.timeLimit(.minutes(1))) func `a verification doesn't wait for who has the position`() async throws {
        try await scored { scored, _ in
            let found = try await scored.log.withPosition { _ in
                try await Task.detached { try await Verification(log: scored.log).run(scored.organization) }.value
            }
            #expect(found == [])
        }
    }

    private func scored(_ body: (ScoredOrganization, ScoringWorker) async throws -> Void) async throws {
        try await ScoredOrganization.with(today: Self.today) { scored in
            let worker = scored.worker()
            try await scored.append(try GoldenCase(name: "tiny").events())
            try await scored.drain(worker)
            try await body(scored, worker)
        }
    }
}
