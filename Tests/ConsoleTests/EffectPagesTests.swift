import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Models
import Postgres
import Support
import Testing

@testable import Console

@Suite struct EffectPagesTests {
    /// Studies look back two years from today: the sample's gap goes with the day.
    private func renewGap(in database: TestDatabase) async throws {
        try await database.pool.withConnection { connection in
            try await connection.script(
                """
                UPDATE facts.event SET day = (now() AT TIME ZONE 'UTC')::date - 200, time = now() - interval '200 days'
                WHERE gap = 'g1' AND type = \(EventType.gapIdentified.code)
                """)
        }
    }

    /// Three dozen people of six teams, one of them mia's, each with a gap that is seen every three weeks; every third person
    /// was trained, and does better since.
    private func addGaps(to database: TestDatabase) async throws {
        try await database.pool.withConnection { connection in
            try await connection.script(
                """
                CREATE TEMPORARY TABLE sample AS SELECT p, date (now() AT TIME ZONE 'UTC') - 260 + p % 5 AS start
                FROM generate_series(1, 36) AS p;
                INSERT INTO facts.event
                    (organization_id, identity, type, day, time, source, id, recorded, person, gap, actor, programme, data)
                SELECT 1, gen_random_uuid(), type, day, day + interval '9 hours', '/e', id, now(), person, gap, actor,
                    programme, data
                FROM (
                    SELECT \(EventType.personUpdated.code)::smallint AS type, start - 30 AS day, 'person' || p AS id,
                        'u' || p AS person, NULL AS gap, NULL AS actor, NULL AS programme,
                        json_build_object('person', 'u' || p, 'effectiveFrom', start - 30, 'active', true, 'manager',
                            CASE WHEN p <= 6 THEN 'mia' ELSE 't' || (p - 1) / 6 END)::text AS data
                    FROM sample
                    UNION ALL
                    SELECT \(EventType.gapIdentified.code), start, 'gap' || p, 'u' || p, 'e' || p, NULL, NULL,
                        json_build_object('gap', 'e' || p, 'person', 'u' || p, 'cause', 'skill')::text
                    FROM sample
                    UNION ALL
                    SELECT \(EventType.behaviourObserved.code), start + 21 * v, 'seen' || p || '-' || v, NULL, 'e' || p,
                        'boss', NULL,
                        json_build_object('gap', 'e' || p, 'observer', 'boss', 'level',
                            1 + 0.05 * v + 0.1 * ((p * 7 + v * 13) % 11) + CASE WHEN p % 3 = 0 AND v > 4 THEN 1 ELSE 0 END)::text
                    FROM sample, generate_series(0, 9) AS v
                    UNION ALL
                    SELECT \(EventType.trainingCompleted.code), start + 90, 'done' || p, 'u' || p, 'e' || p, NULL, 't<1>',
                        json_build_object('person', 'u' || p, 'gap', 'e' || p, 'programme', 't<1>')::text
                    FROM sample WHERE p % 3 = 0
                ) AS facts;
                INSERT INTO facts.event
                    (organization_id, identity, type, day, time, source, id, recorded, person, data)
                SELECT 1, gen_random_uuid(), \(EventType.personUpdated.code), date '2020-01-01', '2020-01-01', '/e',
                    't' || t, now(), 't' || t, json_build_object('person', 't' || t, 'effectiveFrom', '2020-01-01',
                        'active', true)::text
                FROM generate_series(1, 5) AS t;
                """)
        }
    }

    @Test func `what closes gaps is for L&D and HR, for managers of their own people, and for nobody else`()
        async throws
    {
        try await ConsoleUnderTest.run { browser, database in
            try await addGaps(to: database)
            for (role, status) in [
                ("l-and-d", HTTPResponse.Status.ok), ("hr", .ok), ("manager", .ok), ("employee", .forbidden),
                ("operator", .forbidden),
            ] {
                let viewer = try await browser.signedIn(as: "mia", role)
                #expect(try await viewer.get("/effects").status == status, "\(role)")
                #expect(try await viewer.get("/api/v1/effects").status == status, "\(role)")
                let detail: HTTPResponse.Status = ["l-and-d", "hr"].contains(role) ? .ok : .forbidden
                #expect(try await viewer.get("/programmes/t%3C1%3E").status == detail, "\(role)")
            }
        }
    }

    @Test func `L&D sees rates and effects of everybody, a manager rates of the own people without programmes`()
        async throws
    {
        try await ConsoleUnderTest.run { browser, database in
            try await renewGap(in: database)
            try await addGaps(to: database)
            let lAndD = try await browser.signedIn(as: "hanna", "l-and-d")
            let page = String(buffer: try await lAndD.get("/effects").body)
            #expect(page.contains("What programmes changed") && page.contains("t&lt;1&gt;") && !page.contains("t<1>"))
            #expect(page.contains(">improved</span>"))
            let whole = try JSONParser.parse(Array(buffer: try await lAndD.get("/api/v1/effects?cause=skill").body))
            #expect(whole["closure"]?.array?.last?["gaps"]?.int == 37, "pat's is one of them")
            #expect(whole["programmes"]?["t<1>"]?["behaviour"]?["verdict"]?.string == "improved")
            #expect(try await lAndD.get("/api/v1/effects?cause=moon").status == .unprocessableContent)
            let detail = String(buffer: try await lAndD.get("/programmes/t%3C1%3E").body)
            #expect(detail.contains("12 trained gaps of 12 people") && detail.contains("Before the training"))
            #expect(try await lAndD.get("/programmes/none").status == .notFound)

            let mia = try await browser.signedIn(as: "mia", "manager")
            let own = try JSONParser.parse(Array(buffer: try await mia.get("/api/v1/effects").body))
            #expect(own["closure"]?.array?.last?["gaps"]?.int == 7)
            #expect(own["programmes"]?.object?.members.isEmpty == true)
            let ownPage = String(buffer: try await mia.get("/effects").body)
            #expect(!ownPage.contains("What programmes changed") && !ownPage.contains("t&lt;1&gt;"))
        }
    }

    @Test func `fewer than five people are not shown as a group`() async throws {
        try await ConsoleUnderTest.run { browser, database in
            try await renewGap(in: database)
            let hr = try await browser.signedIn(as: "hanna", "hr")
            let page = String(buffer: try await hr.get("/effects").body)
            #expect(page.contains("Fewer than 5 people: not shown."))
        }
    }
}
