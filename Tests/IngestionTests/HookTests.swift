import Crypto
import Foundation
import HTTPTypes
import Logging
import Models
import Postgres
import Schema
import ServiceKit
import Support
import Synchronization
import Testing

@testable import Connectors
@testable import Ingestion

@Suite(.timeLimit(.minutes(5))) struct HookTests {
    private static let yaml = """
        connector: tool
        title: A tool
        source: /connectors/{hook}
        verify: {scheme: hmac, header: X-Sig, algorithm: sha256, encoding: hex}
        each: /items
        ignore:
          - when: {/ping: true}
            because: a test
          - when: {/state: planned}
            because: planned is not held
        thin:
          - when: {/thin: true}
            because: fetched instead
        events:
          - when: {/state: held}
            type: onus.coaching.held
            id: =concat('s/', /id)
            time: =time(/at)
            data: {person: =/person, coach: =/coach, notes: =/notes}
          - when: {/state: left}
            type: onus.person.updated
            id: =concat('p/', /id)
            time: =time(/at)
            data: {person: =/person, effectiveFrom: =date(/at), active: false}
        """

    private func run(
        logger: Logger = TestEnvironment.logger, _ body: @Sendable (IngestionHarness) async throws -> Void
    ) async throws {
        let connector = try Connector(yaml: Self.yaml, file: "tool.yaml")
        let token = try Connector(
            yaml: Self.yaml.replacingOccurrences(of: "connector: tool", with: "connector: bearer").replacingOccurrences(
                of: "{scheme: hmac, header: X-Sig, algorithm: sha256, encoding: hex}", with: "{scheme: token}"),
            file: "bearer.yaml")
        try await IngestionHarness.run(
            connectors: ["tool": connector, "bearer": token], secrets: ["a": "key", "b": "other\nkey2\n"],
            logger: logger
        ) { harness in
            try await harness.database.pool.execute(
                """
                INSERT INTO onus.organization (name) VALUES ('other')
                """)
            try await harness.database.pool.execute(
                """
                INSERT INTO hook.hook (organization_id, name, connector, role, secret) VALUES
                    (1, 'tool', 'tool', 'integration', 'a'), (2, 'tool-two', 'tool', 'integration', 'b'),
                    (1, 'learning', 'tool', 'lms', 'a'), (1, 'lost', 'tool', 'integration', 'nowhere'),
                    (1, 'gone', 'missing', 'integration', 'a'), (1, 'bearer', 'bearer', 'integration', NULL)
                """)
            try await body(harness)
        }
    }

    private func item(_ id: String, _ state: String, extra: String = "") -> String {
        #"{"id":"\#(id)","state":"\#(state)","at":"2026-03-02T10:00:00Z","person":"p","coach":"c"\#(extra)}"#
    }

    private func call(
        _ harness: IngestionHarness, _ items: String, hook: String = "tool", key: String = "key", body: String? = nil
    ) async throws -> IngestionHarness.Answer {
        let body = body ?? #"{"items":[\#(items)]}"#
        let code = HMAC<SHA256>.authenticationCode(
            for: Array(body.utf8), using: SymmetricKey(data: Array(key.utf8)))
        let hex = code.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        return try await harness.hook(hook, body, [HTTPField.Name("X-Sig")!: hex])
    }

    @Test func `a signed call becomes events of the hook's organisation, once`() async throws {
        try await run { harness in
            let answer = try await call(harness, item("1", "held") + "," + item("2", "left"))
            #expect(answer.status == 202)
            #expect(answer.json.serialized == #"{"accepted":2,"duplicates":0,"rejected":[],"ignored":[]}"#)
            #expect(try await call(harness, item("1", "held")).duplicates == 1)
            #expect(try await call(harness, item("1", "held"), hook: "tool-two", key: "key2").accepted == 1)
            #expect(
                try await harness.texts(
                    "SELECT organization_id || ' ' || source || ' ' || id FROM log.event ORDER BY 1")
                    == ["1 /connectors/tool p/2", "1 /connectors/tool s/1", "2 /connectors/tool-two s/1"])
        }
    }

    @Test func `what the organisation minimises never reaches the log`() async throws {
        try await run { harness in
            _ = try await call(harness, item("1", "held", extra: #","notes":"secret words""#))
            #expect(
                try await harness.texts("SELECT data FROM log.event") == [#"{"person":"p","coach":"c"}"#])
        }
    }

    @Test func `an event that the hook's role may not send is kept without what is minimised`() async throws {
        try await run { harness in
            let sent = item("1", "held", extra: #","notes":"secret words""#)
            #expect(try await call(harness, sent, hook: "learning").status == 422)
            let kept = try await harness.texts("SELECT body FROM log.quarantine")
            #expect(kept.count == 1 && kept[0].contains(#""coach":"c""#) && !kept[0].contains("secret words"))
        }
    }

    @Test func `of a connector that brings learning no refused item is kept`() async throws {
        let yaml = Self.yaml.replacingOccurrences(of: "type: onus.coaching.held", with: "type: onus.learning.recorded")
            .replacingOccurrences(of: "coach: =/coach, notes: =/notes", with: "title: =/coach")
        try await IngestionHarness.run(
            connectors: ["tool": try Connector(yaml: yaml, file: "tool.yaml")], secrets: ["a": "key"]
        ) { (harness) async throws in
            try await harness.database.pool.execute(
                """
                INSERT INTO hook.hook (organization_id, name, connector, role, secret)
                VALUES (1, 'tool', 'tool', 'lms', 'a')
                """)
            #expect(try await call(harness, item("1", "moved")).status == 422)
            #expect(try await harness.number("SELECT count(*) FROM log.quarantine WHERE body IS NULL") == 1)
        }
    }

    @Test func `a call that the hook's secret did not sign changes nothing`() async throws {
        try await run { harness in
            let answer = try await call(harness, item("1", "held"), key: "wrong")
            #expect(answer.status == 401)
            #expect(answer.headers[.wwwAuthenticate] != nil)
            #expect(try await harness.hook("tool", "{}", [:]).status == 401)
            #expect(try await call(harness, item("1", "held"), hook: "tool-two", key: "key").status == 401)
            #expect(try await harness.number("SELECT count(*) FROM log.event") == 0)
            #expect(try await harness.number("SELECT count(*) FROM log.quarantine") == 0)
        }
    }

    @Test func `an unknown hook is 404, one that is not set up 503, one switched off 404`() async throws {
        try await run { harness in
            for name in ["nobody", "No%20One", "..", String(repeating: "a", count: 70)] {
                #expect(try await harness.hook(name, "{}", [:]).status == 404, "\(name)")
            }
            for name in ["lost", "gone"] {
                let answer = try await call(harness, "", hook: name)
                #expect(answer.status == 503)
                #expect(answer.headers[.retryAfter] == "60")
            }
            try await harness.database.pool.execute("UPDATE hook.hook SET disabled = now() WHERE name = 'tool'")
            #expect(try await call(harness, item("1", "held")).status == 404)
        }
    }

    @Test func `who calls a hook that can't work fills no log with it`() async throws {
        let logs = LogLines()
        try await run(logger: logs.logger) { (harness) async throws in
            for _ in 0..<20 {
                for name in ["lost", "gone"] {
                    #expect(try await harness.hook(name, "{}", [:]).status == 503)
                    #expect(try await harness.hook("tool", "{}", [:]).status == 401)
                }
            }
            #expect(harness.metrics.text.contains("onus_hook_calls_unusable_total 40"))
        }
        let errors = logs.lines(.error)
        #expect(errors.count == 2 && errors.allSatisfy { $0.contains("Hook not usable") && $0.contains("reason") })
        #expect(logs.lines(.warning).isEmpty)
    }

    @Test func `a fault of a hook is told again after a minute, and each hook's by itself`() {
        let logs = LogLines()
        let now = Mutex(ContinuousClock.now)
        let faults = HookFaults(logger: logs.logger) { now.withLock { $0 } }
        for seconds in [0, 59, 1, 30] {
            now.withLock { $0 += .seconds(seconds) }
            for hook in ["a", "b"] { faults.tell(HookFault(reason: "r"), of: hook) }
        }
        #expect(logs.lines(.error).count == 4)
        #expect(logs.lines(.debug).count == 4)
    }

    @Test func `pings and what is only planned are taken without events, and say why`() async throws {
        try await run { harness in
            let ping = try await call(harness, "", body: #"{"ping":true}"#)
            #expect(ping.status == 202)
            #expect(ping.json["ignored"]?.serialized == #"[{"index":0,"reason":"a test"}]"#)
            let planned = try await call(harness, item("1", "planned"))
            #expect(planned.status == 202)
            #expect(planned.json["ignored"]?.serialized == #"[{"index":0,"reason":"planned is not held"}]"#)
            #expect(try await harness.number("SELECT count(*) FROM log.event") == 0)
        }
    }

    @Test func `what no rule is for is refused and kept, beside what is taken`() async throws {
        try await run { harness in
            let mixed = try await call(
                harness,
                item("1", "held") + "," + item("2", "moved", extra: #","notes":"secret words""#) + ","
                    + #"{"state":"held","id":"3","at":"never"}"# + "," + #"{"state":"held","id":"4","at":"2026-03-02"}"#
            )
            #expect(mixed.status == 207)
            #expect(mixed.rejected.map { $0["index"]?.int } == [1, 2, 3])
            #expect(mixed.pointers == ["/items/1", "/items/2", "/data/person"])
            let kept = try await harness.texts("SELECT body FROM log.quarantine ORDER BY pointer")
            #expect(kept.count == 3)
            #expect(kept.contains(#"{"items":[\#(item("2", "moved"))]}"#))
            #expect(try await call(harness, item("2", "moved")).status == 422)
        }
    }

    @Test func `of what is refused only what a rule names reaches the disk, and by which hook it came`() async throws {
        try await run { harness in
            let marker = "m4rk3r"
            let extra = #","salary":"\#(marker)","\#(marker)":1,"deep":{"comment":"\#(marker)"}"#
            let others = item("1", "held", extra: extra)
            let calls: [String] = [
                item("2", "moved", extra: extra),
                #"{"state":"held","id":"3","at":{"x":"\#(marker)"},"person":"p"\#(extra)}"#,
                #"{"thin":true\#(extra)}"#, "\"\(marker)\"",
            ]
            for refused in calls {
                let body = #"{"items":[\#(others),\#(refused)]\#(extra)}"#
                #expect(try await call(harness, "", body: body).rejected.count == 1)
            }
            #expect(try await call(harness, "", body: #"{"items":{"a":"\#(marker)"}\#(extra)}"#).status == 422)
            #expect(try await harness.tables(holding: marker) == [])
            let pushed = #"{"polled":false,"headers":{}}"#
            let expected = [
                #"\#(pushed) {"items":[\#(item("2", "moved"))]}"#,
                #"s/3 \#(pushed) {"items":[{"state":"held","id":"3","at":{},"person":"p"}]}"#,
                #"\#(pushed) {"items":[{"thin":true}]}"#, #"\#(pushed) {"items":[true]}"#,
                #"\#(pushed) {"items":{}}"#,
            ]
            let kept = try await harness.texts(
                "SELECT concat_ws(' ', hook, source, event_id, call, body) FROM log.quarantine ORDER BY id")
            #expect(kept == expected.map { "tool /connectors/tool \($0)" })
        }
    }

    @Test func `a body that is no JSON is 400 and leaves its hash, one too large 413`() async throws {
        try await run { harness in
            let answer = try await call(harness, "", body: "{")
            #expect(answer.status == 400)
            #expect(try await harness.number("SELECT count(*) FROM log.quarantine WHERE body IS NULL") == 1)
            let large = String(repeating: " ", count: Limits.hook + 1)
            #expect(try await call(harness, "", body: large).status == 413)
        }
    }

    @Test func `a hook's role limits what it may bring`() async throws {
        try await run { harness in
            let answer = try await call(harness, item("1", "held"), hook: "learning")
            #expect(answer.status == 422)
            #expect(answer.pointers == ["/type"])
            #expect(
                try await harness.number("SELECT count(*) FROM log.quarantine WHERE type = 'onus.coaching.held'") == 1)
        }
    }

    @Test func `a thin call is refused where nothing fetches, and else has the hook polled`() async throws {
        try await run { harness in
            #expect(try await call(harness, #"{"thin":true}"#).status == 422)
            try await harness.database.pool.execute(
                "INSERT INTO hook.poll (organization_id, name, due) VALUES (1, 'tool', now() + interval '1 day')")
            let answer = try await call(harness, #"{"thin":true}"#)
            #expect(answer.status == 202)
            #expect(answer.json["ignored"]?.serialized == #"[{"index":0,"reason":"fetched instead"}]"#)
            #expect(
                try await harness.number("SELECT count(*) FROM hook.poll WHERE due <= now() AND wanted IS NOT NULL")
                    == 1)
        }
    }

    @Test func `every event of a call counts against the token that it brings`() async throws {
        try await run { harness in
            var slow = harness
            slow.tokens[.integration] = try await harness.database.pool.withConnection { connection in
                try await Tokens(connection)
                    .create(name: "slow", role: .integration, organization: .default, rate: 1).value
            }
            let items = (0..<600).map { item("\($0)", "held") }.joined(separator: ",")
            #expect(try await slow.hook("bearer", #"{"items":[\#(items)]}"#, [:], as: .integration).accepted == 600)
            let refused = try await slow.hook("bearer", "{}", [:], as: .integration)
            #expect(refused.status == 429)
            #expect((200...600).contains(try #require(refused.headers[.retryAfter].flatMap { Int($0) })))
        }
    }

    @Test func `a hook for callers with tokens takes those of its organisation and role`() async throws {
        try await run { harness in
            let body = #"{"items":[\#(item("1", "held"))]}"#
            for (role, status) in [(TokenRole.integration, 202), (.lms, 401), (.auditor, 401)] {
                #expect(try await harness.hook("bearer", body, [:], as: role).status == status)
            }
            let anonymous = try await harness.hook("bearer", body, [:])
            #expect(anonymous.status == 401)
        }
    }
}
