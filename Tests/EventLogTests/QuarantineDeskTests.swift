import EventLog
import Models
import Postgres
import Support
import Testing

@Suite(.timeLimit(.minutes(5))) struct QuarantineDeskTests {
    private let broken =
        #"{"specversion":"1.0","id":"7","source":"/s","type":"onus.expectation.acknowledged","time":"2026-03-31T12:00:00Z","#
        + #""data":{"person":"p"}}"#

    /// One held event, whose role is missing.
    private func hold(_ log: LogFixture, body: String? = nil) async throws -> QuarantinedEvent {
        let event = RejectedEvent(
            problem: Problem(pointer: "/data/role", title: "Missing", detail: "expected a role", kind: .content),
            type: "onus.expectation.acknowledged", source: "/s", id: "7", body: body ?? broken,
            bodyHash: [UInt8](repeating: 1, count: 32))
        try await Quarantine(pool: log.ingestion).insert([event], organization: .default, token: nil)
        return try #require(try await log.held().first)
    }

    private func correction(
        _ pointer: String, _ value: JSONValue, of event: QuarantinedEvent
    ) throws -> Correction {
        let text = try #require(event.text)
        let changed = try #require(try JSONParser.parse(Array(text.utf8)).setting(value, at: pointer))
        return try Correction(changed, of: event, minimising: .standard)
    }

    @Test func `a corrected event is released with the identity it was sent with, once`() async throws {
        try await LogFixture.run { log in
            let held = try await hold(log)
            let correction = try correction("/data/role", "r", of: held)
            #expect(correction.problem == nil)
            #expect(try await log.desk { try await $0.fix(held.id, text: correction) })
            // Its sender has mended it as well, and was quicker.
            let sent = try Correction.read(correction.text, minimising: .standard)
            #expect(try await log.appender.append([sent], organization: .default).accepted == 1)
            #expect(
                try await log.desk { try await $0.release(held.id, by: "ops", minimising: .standard) }
                    == .released(isNew: false))
            #expect(try await log.count("log.event") == 1)
            let released = try #require(try await log.desk { try await $0.find(held.id) })
            #expect(released.state == .released && released.text == nil && released.settledBy == "ops")
            #expect(
                try await log.desk { try await $0.release(held.id, by: "ops", minimising: .standard) } == .notHeld)
        }
    }

    @Test func `an event is in the log and out of the quarantine in one transaction`() async throws {
        struct Oops: Error {}
        try await LogFixture.run { log in
            let held = try await hold(log)
            let correction = try correction("/data/role", "r", of: held)
            await #expect(throws: Oops.self) {
                try await log.desk { desk in
                    _ = try await desk.fix(held.id, text: correction)
                    #expect(
                        try await desk.release(held.id, by: "ops", minimising: .standard) == .released(isNew: true))
                    throw Oops()
                }
            }
            #expect(try await log.count("log.event") == 0)
            #expect(try await log.held().map(\.fixed) == [nil])
        }
    }

    @Test func `what is approved and no longer valid goes back to the operator`() async throws {
        try await LogFixture.run { log in
            let held = try await hold(log)
            #expect(try await log.desk { try await $0.approve(held.id, by: "olga") })
            #expect(try await log.held().isEmpty)
            guard
                case .stillRejected(let problem, stored: 0) = try await log.desk({
                    try await $0.release(held.id, by: nil, minimising: .standard)
                })
            else {
                Issue.record("expected the event to be rejected still")
                return
            }
            #expect(problem.pointer == "/data/role")
            #expect(try await log.held().map(\.id) == [held.id])
        }
    }

    @Test func `of a text that is not kept nothing can be released`() async throws {
        try await LogFixture.run { log in
            let event = RejectedEvent(
                problem: Problem(pointer: "", title: "Not JSON", detail: "x", kind: .envelope), type: nil, source: nil,
                id: nil, body: nil, bodyHash: [UInt8](repeating: 2, count: 32))
            try await Quarantine(pool: log.ingestion).insert([event], organization: .default, token: nil)
            let held = try #require(try await log.held().first)
            #expect(
                try await log.desk { try await $0.release(held.id, by: "ops", minimising: .standard) } == .nothingKept)
            #expect(try await log.desk { try await $0.approve(held.id, by: "ops") } == false)
        }
    }

    @Test(arguments: [
        ("/id", JSONValue.string("8"), "/id"), ("/source", "/t", "/source"),
        ("/type", "onus.learning.recorded", "/type"), ("/data_base64", "e30=", "/data_base64"), ("", 1, ""),
    ])
    func `a correction is of the same event, and never of personal learning`(
        pointer: String, value: JSONValue, where place: String
    ) async throws {
        try await LogFixture.run { log in
            let held = try await hold(log)
            let error = #expect(throws: Problem.self) { try correction(pointer, value, of: held) }
            #expect(error?.pointer == place)
        }
    }

    @Test func `what is minimised does not come back with a correction`() async throws {
        try await LogFixture.run { log in
            let held = try await hold(log)
            let correction = try correction("/data", ["person": "p", "role": "r", "notes": "marker"], of: held)
            #expect(correction.problem == nil)
            #expect(!correction.text.contains("marker"))
        }
    }

    // MARK: Vendors' items

    /// One held item of a vendor.
    private func holdItem(_ log: LogFixture, id: String? = nil, hash: UInt8 = 1) async throws -> QuarantinedEvent {
        try await log.database.pool.execute(
            """
            INSERT INTO hook.hook (organization_id, name, connector, settings) VALUES (1, 'h', 'tool', '{"a":"b"}')
            ON CONFLICT DO NOTHING
            """)
        let event = RejectedEvent(
            problem: Problem(pointer: "/items/3", title: "Mapping failed", detail: "a word", kind: .content),
            type: nil, source: "/connectors/h", id: id, body: #"{"items":[{"id":"7"}]}"#,
            bodyHash: [UInt8](repeating: hash, count: 32),
            call: HookCall(hook: "h", isPolled: true, headers: ["x-a": "1"]))
        try await Quarantine(pool: log.ingestion).insert([event], organization: .default, token: nil)
        return try #require(try await log.held().last)
    }

    private func conversation(_ id: String, person: JSONValue = "p", stateOf: String? = nil) -> TranslatedEvent {
        TranslatedEvent(
            [
                "specversion": "1.0", "id": .string(id), "source": "/connectors/h", "type": "onus.conversation.held",
                "time": "2026-03-31T12:00:00Z", "data": ["manager": "m", "person": person, "kind": "one_on_one"],
            ], stateOf: stateOf)
    }

    @Test func `a vendor's item is translated anew, and each of its events counts once`() async throws {
        try await LogFixture.run { log in
            let held = try await holdItem(log)
            #expect(held.isVendors && held.hook == "h")
            let events = [conversation("7/a"), conversation("7/b")]
            let known = try EventReader.read(events[1].structured)
            #expect(try await log.appender.append([known], organization: .default).accepted == 1)
            let kept = KeptCall(
                call: HookCall(hook: "h", isPolled: true, headers: ["x-a": "1"]), connector: "tool",
                settings: ["a": "b"], payload: ["items": [["id": "7"]]], received: held.received)
            let translate: QuarantineDesk.HookTranslation = { TranslatedCall(events: $0 == kept ? events : []) }
            let outcome = try await log.desk {
                try await $0.release(held.id, by: "ops", minimising: .standard, translating: translate)
            }
            #expect(outcome == .released(isNew: true))
            #expect(try await log.count("log.event") == 2)
            #expect(
                try await log.database.pool.query("SELECT count(*) FROM log.event WHERE attributes::text LIKE '%by%'")
                    .only().int(0) == 0)
            let released = try #require(try await log.desk { try await $0.find(held.id) })
            #expect(released.state == .released && released.text == nil && released.call == nil)
        }
    }

    @Test func `an item that makes no event still is held, with the connector's problem and in its place`() async throws
    {
        try await LogFixture.run { log in
            let held = try await holdItem(log)
            func release(_ translate: QuarantineDesk.HookTranslation?) async throws -> ReleaseOutcome {
                try await log.desk {
                    try await $0.release(held.id, by: "ops", minimising: .standard, translating: translate)
                }
            }
            let learning: JSONValue = [
                "specversion": "1.0", "id": "1", "source": "/connectors/h", "type": "onus.learning.recorded",
                "time": "2026-03-31T12:00:00Z", "data": ["person": "p", "title": "t"],
            ]
            let invalid = [conversation("7", person: 2), conversation("8", person: 1)]
            let fails: QuarantineDesk.HookTranslation = { _ throws(Problem) in
                throw Problem(pointer: "/items/0", title: "Mapping failed", detail: "d", kind: .content)
            }
            let isInvalid: QuarantineDesk.HookTranslation = { _ in TranslatedCall(events: invalid) }
            let isLearning: QuarantineDesk.HookTranslation = { _ in TranslatedCall(events: [TranslatedEvent(learning)])
            }
            for (translate, title) in [
                (fails, "Mapping failed"), (isInvalid, "Member not as expected"), (isLearning, "Personal learning"),
                (nil, "Connectors missing"),
            ] as [(QuarantineDesk.HookTranslation?, String)] {
                guard case .stillRejected(let problem, stored: 0) = try await release(translate) else {
                    Issue.record("expected \(title)")
                    continue
                }
                #expect(problem.title == title && problem.pointer == "/items/3")
                let now = try #require(try await log.held().first)
                #expect(now.title == title && now.pointer == "/items/3" && now.text == held.text)
            }
            #expect(try await log.count("log.event") == 0)
        }
    }

    @Test func `what is valid of an item is stored, once, and the item is held on for the rest`() async throws {
        try await LogFixture.run { log in
            let held = try await holdItem(log)
            let call = TranslatedCall(
                events: [conversation("7/a"), conversation("7/b", person: 1), conversation("7/a")],
                problem: Problem(pointer: "", title: "Mapping failed", detail: "the rest", kind: .content))
            for (translated, stored, title) in [
                (call, 1, "Mapping failed"), (TranslatedCall(events: call.events), 0, "Member not as expected"),
            ] {
                let outcome = try await log.desk {
                    try await $0.release(held.id, by: "ops", minimising: .standard, translating: { _ in translated })
                }
                guard case .stillRejected(let problem, stored) = outcome else {
                    Issue.record("expected \(stored) to be stored, got \(outcome)")
                    continue
                }
                #expect(problem.title == title && problem.pointer == "/items/3")
                let now = try #require(try await log.held().first)
                #expect(now.title == title && now.pointer == "/items/3" && now.text == held.text)
                #expect(try await log.count("log.event") == 1)
            }
        }
    }

    @Test func `a state that is released counts as one that was seen, and comes only once`() async throws {
        try await LogFixture.run { (log) async throws in
            let held = try await holdItem(log)
            let calls = ["A", "B", "A"].map { conversation($0, stateOf: "7") }
            let outcome = try await log.desk {
                try await $0.release(
                    held.id, by: "ops", minimising: .standard, translating: { _ in TranslatedCall(events: calls) })
            }
            #expect(outcome == .released(isNew: true))
            let entries = try calls[1...].map {
                StateEntry(LogEntry(try EventReader.read($0.structured)), of: $0.subject ?? "")
            }
            #expect(try await log.appender.append([entries[1]], of: "h", organization: .default) == [false])
            #expect(try await log.appender.append([entries[0]], of: "h", organization: .default) == [true])
            let ids = try await log.database.pool.query("SELECT id FROM log.event ORDER BY seq")
            #expect(try ids.map { try $0.text(0) } == ["A", "B", "A/3", "B/4"])
        }
    }

    @Test func `a state that was refused again counts as of then`() async throws {
        try await LogFixture.run { (log) async throws in
            _ = try await holdItem(log)
            let (refused, other) = (conversation("A", stateOf: "7"), conversation("B", stateOf: "7"))
            func see(_ event: TranslatedEvent) async throws -> [Bool] {
                let entry = LogEntry(try EventReader.read(event.structured))
                return try await log.appender.append([StateEntry(entry, of: "7")], of: "h", organization: .default)
            }
            #expect(try await see(other) == [true])
            let held = try await holdItem(log)
            #expect(held.times == 2)
            let outcome = try await log.desk {
                try await $0.release(
                    held.id, by: "ops", minimising: .standard, translating: { _ in TranslatedCall(events: [refused]) })
            }
            #expect(outcome == .released(isNew: true))
            #expect(try await see(refused) == [false])
        }
    }

    @Test func `an event in an item's place has the connector's source, and its identity where that is known`()
        async throws
    {
        try await LogFixture.run { log in
            let held = try await holdItem(log)
            var other = try #require(conversation("9").structured.object)
            other.set("source", "/elsewhere")
            let error = #expect(throws: Problem.self) {
                try Correction(.object(other), of: held, minimising: .standard)
            }
            #expect(error?.pointer == "/source")
            let known = try await holdItem(log, id: "7", hash: 2)
            #expect(throws: Problem.self) {
                try Correction(conversation("9").structured, of: known, minimising: .standard)
            }
            let correction = try Correction(conversation("7").structured, of: known, minimising: .standard)
            #expect(try await log.desk { try await $0.fix(known.id, text: correction) })
            // What an operator wrote counts, and no connector is asked.
            #expect(
                try await log.desk { try await $0.release(known.id, by: "ops", minimising: .standard) }
                    == .released(isNew: true))
        }
    }
}
