import EventLog
import HTTPTypes
import Models
import Postgres
import Schema
import ServiceKit
import Support
import Testing

@testable import Connectors
@testable import Ingestion

@Suite struct QuarantineReleaserTests {
    @Test func `what an operator approves is in the log, as ingestion's own role may put it there`() async throws {
        try await IngestionHarness.run { harness in
            #expect(try await harness.post(event(data: #"{"person":"p"}"#)).status == 422)
            #expect(try await harness.post(event("2", data: #"{"role":"r"}"#)).status == 422)
            _ = try await harness.database.pool.execute(
                """
                UPDATE log.quarantine SET state = 'approved', settled_by = 'olga',
                    fixed = CASE event_id WHEN '1' THEN replace(body, '"p"', '"p","role":"r"') END
                """)
            let url = "\(harness.database.url)?options=-c%20role%3Donus_ingestion"
            let pool = PostgresPool(
                configuration: ConnectionConfiguration(url: url, applicationName: "onus-test"), size: 0...2,
                acquireTimeout: .seconds(30), logger: TestEnvironment.logger)
            let releaser = QuarantineReleaser(
                pool: pool, rules: RulesCache(pool: pool), translate: KeptTranslation([:]).translate,
                wakeUp: WakeUp(pool: pool, logger: TestEnvironment.logger), logger: TestEnvironment.logger)
            #expect(try await releaser.releaseAll() == 1)
            #expect(try await releaser.releaseAll() == 0)
            await pool.close()
            #expect(try await harness.texts("SELECT id FROM log.event") == ["1"])
            #expect(
                try await harness.texts(
                    "SELECT concat_ws(' ', event_id, state, settled_by) FROM log.quarantine ORDER BY id")
                    == ["1 released olga", "2 held"])
            // Sent right by its source, it is a duplicate.
            #expect(try await harness.post(event(data: #"{"person":"p","role":"r"}"#)).duplicates == 1)
        }
    }

    @Test func `what is refused because the identities' tier was closed meanwhile stays approved`() async throws {
        try await IngestionHarness.run { harness in
            #expect(try await harness.post(event(data: #"{"person":"p"}"#)).status == 422)
            try await harness.database.pool.execute(
                """
                UPDATE log.quarantine SET state = 'approved', settled_by = 'olga', fixed = replace(body, '"p"', '"p","role":"r"')
                """)
            try await harness.database.pool.execute(
                """
                CREATE TRIGGER tier_is_closed BEFORE INSERT ON log.identity
                FOR EACH STATEMENT EXECUTE FUNCTION log.refuse_closed_tier()
                """)
            let pool = PostgresPool(
                configuration: ConnectionConfiguration(
                    url: "\(harness.database.url)?options=-c%20role%3Donus_ingestion", applicationName: "onus-test"),
                size: 0...2, acquireTimeout: .seconds(30), logger: TestEnvironment.logger)
            let releaser = QuarantineReleaser(
                pool: pool, rules: RulesCache(pool: pool), translate: KeptTranslation([:]).translate,
                wakeUp: WakeUp(pool: pool, logger: TestEnvironment.logger), logger: TestEnvironment.logger)
            let states = "SELECT state FROM log.quarantine"
            #expect(try await releaser.releaseAll() == 0)
            #expect(try await harness.texts(states) == ["approved"])
            try await harness.database.pool.execute("DROP TRIGGER tier_is_closed ON log.identity")
            #expect(try await releaser.releaseAll() == 1)
            #expect(try await harness.texts(states) == ["released"])
            await pool.close()
        }
    }

    private func connector(_ words: String) throws -> Connector {
        try Connector(
            yaml: """
                connector: tool
                title: A tool
                source: /connectors/{hook}
                settings: {unit: ~}
                verify: {scheme: token}
                tables: {active: {\(words)}}
                each: /people
                events:
                  - when: {/kind: person}
                    type: onus.person.updated
                    id: "=concat('person/', /id, '/', header('x-version'))"
                    time: =now()
                    data:
                      person: =/id
                      effectiveFrom: =date(now())
                      active: =map(/status, 'active')
                      unit: =setting('unit')
                """, file: "tool.yaml")
    }

    @Test func `a vendor's item is stored once its connector knows the word, with the identity of the next such call`()
        async throws
    {
        let (before, after) = (try connector("Active: true"), try connector("Active: true, Gone: false"))
        try await IngestionHarness.run(connectors: ["tool": before]) { harness in
            try await harness.database.pool.execute(
                """
                INSERT INTO hook.hook (organization_id, name, connector, settings)
                VALUES (1, 'acme', 'tool', '{"unit":"u"}')
                """)
            let call =
                #"{"people":[{"kind":"person","id":"a","status":"Active"},"#
                + #"{"kind":"person","id":"b","status":"Gone","salary":"m4rk3r"}]}"#
            let headers: HTTPFields = [try #require(HTTPField.Name("X-Version")): "v1"]
            let answer = try await harness.hook("acme", call, headers, as: .integration)
            #expect(answer.status == 207 && answer.pointers == ["/people/1"])
            let url = "\(harness.database.url)?options=-c%20role%3Donus_ingestion"
            let pool = PostgresPool(
                configuration: ConnectionConfiguration(url: url, applicationName: "onus-test"), size: 0...2,
                acquireTimeout: .seconds(30), logger: TestEnvironment.logger)
            func release(by connector: Connector) async throws -> Int {
                try await harness.database.pool.execute(
                    """
                    UPDATE log.quarantine SET state = 'approved', settled_by = 'olga', received = '2026-03-30T23:00:00Z'
                    """)
                return try await QuarantineReleaser(
                    pool: pool, rules: RulesCache(pool: pool),
                    translate: KeptTranslation(["tool": connector]).translate,
                    wakeUp: WakeUp(pool: pool, logger: TestEnvironment.logger), logger: TestEnvironment.logger
                ).releaseAll()
            }
            let row = "SELECT concat_ws(' ', state, pointer, title, detail) FROM log.quarantine"
            let refused = try await harness.texts(row)
            #expect(try await release(by: before) == 0)
            #expect(try await harness.texts(row) == refused)
            #expect(try await release(by: after) == 1)
            await pool.close()
            // The day and the identity are those of the call.
            #expect(
                try await harness.texts("SELECT concat_ws(' ', source, id, data) FROM log.event WHERE id LIKE '%b/%'")
                    == [
                        "/connectors/acme person/b/v1 "
                            + #"{"person":"b","effectiveFrom":"2026-03-30","active":false,"unit":"u"}"#
                    ])
            #expect(try await harness.tables(holding: "m4rk3r") == [])
            #expect(try await harness.texts("SELECT state FROM log.quarantine") == ["released"])
        }
        // What would come of the same call now has the same identity.
        let now = after.translate(
            ["people": [["kind": "person", "id": "b", "status": "Gone"]]], by: after.pushed,
            call: Scope.Call(
                headers: ["x-version": "v1"], hook: "acme", settings: ["unit": "u"],
                now: try Instant(rfc3339: "2026-03-31T12:00:00Z")))
        guard case .events(let events)? = now.first?.outcome else {
            Issue.record("expected an event")
            return
        }
        #expect(
            events.first?.structured["id"] == "person/b/v1"
                && events.first?.structured["source"] == "/connectors/acme")
    }

    private func comments(_ people: String) throws -> Connector {
        try Connector(
            yaml: """
                connector: tool
                title: A tool
                source: /connectors/{hook}
                verify: {scheme: token}
                tables: {people: {\(people)}}
                events:
                  - each: =/comments
                    type: onus.feedback.given
                    id: =concat('comment/', /id)
                    time: =time(../at)
                    data: {from: "=map(/by, 'people')", person: =../of}
                """, file: "tool.yaml")
    }

    @Test func `an element that can't be told holds up no other, and no release stores anything twice`() async throws {
        let before = try comments("a: ann")
        try await IngestionHarness.run(connectors: ["tool": before]) { harness in
            try await harness.database.pool.execute(
                "INSERT INTO hook.hook (organization_id, name, connector) VALUES (1, 'acme', 'tool')")
            let call =
                #"{"of":"p","at":"2026-03-30T10:00:00Z","comments":[{"id":"1","by":"b","words":"m4rk3r"},"#
                + #"{"id":"2","by":"a"},{"id":"3","by":"c"}]}"#
            for times in 1...2 {
                let answer = try await harness.hook("acme", call, [:], as: .integration)
                #expect(answer.status == 207 && answer.rejected.map { $0["index"] } == [0])
                #expect(answer.accepted == (times == 1 ? 1 : 0) && answer.duplicates == (times == 1 ? 0 : 1))
            }
            let url = "\(harness.database.url)?options=-c%20role%3Donus_ingestion"
            let pool = PostgresPool(
                configuration: ConnectionConfiguration(url: url, applicationName: "onus-test"), size: 0...2,
                acquireTimeout: .seconds(30), logger: TestEnvironment.logger)
            let events = "SELECT id FROM log.event ORDER BY id"
            let row = "SELECT concat_ws(' ', state, times) FROM log.quarantine"
            #expect(try await harness.texts(events) == ["comment/2"])
            #expect(try await harness.texts(row) == ["held 2"])
            for (people, released, ids, state) in [
                ("a: ann", 0, ["comment/2"], "held"), ("a: ann, b: bob", 1, ["comment/1", "comment/2"], "held"),
                ("a: ann, b: bob", 0, ["comment/1", "comment/2"], "held"),
                ("a: ann, b: bob, c: cy", 1, ["comment/1", "comment/2", "comment/3"], "released"),
            ] {
                try await harness.database.pool.execute(
                    "UPDATE log.quarantine SET state = 'approved', settled_by = 'olga'")
                let releaser = QuarantineReleaser(
                    pool: pool, rules: RulesCache(pool: pool),
                    translate: KeptTranslation(["tool": try comments(people)]).translate,
                    wakeUp: WakeUp(pool: pool, logger: TestEnvironment.logger), logger: TestEnvironment.logger)
                #expect(try await releaser.releaseAll() == released)
                #expect(try await harness.texts(events) == ids)
                #expect(try await harness.texts(row) == ["\(state) 2"])
            }
            await pool.close()
            #expect(try await harness.tables(holding: "m4rk3r") == [])
        }
    }
}
