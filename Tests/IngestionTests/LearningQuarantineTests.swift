import Connectors
import Crypto
import HTTPTypes
import HummingbirdTesting
import Models
import NIOCore
import Postgres
import Schema
import Support
import Testing

@testable import Ingestion

/// What is kept of learning that is refused: where it was wrong and how, and no word of it.
@Suite(.timeLimit(.minutes(5))) struct LearningQuarantineTests {
    /// In capitals, so that it may stand where a name or a header may not.
    private static let marker = "MARKER\(UInt64.random(in: 0...UInt64.max))"

    private static let yaml = """
        connector: academy
        title: An academy
        source: /connectors/{hook}
        verify: {scheme: token}
        each: /items
        events:
          - when: {/state: done}
            type: onus.learning.recorded
            id: =/id
            time: =/at
            data: {person: =/person, title: =/title}
          - when: {/state: odd}
            type: onus.learning.recorded
            id: =/id
            time: =time(/at)
            data: {person: =/person, title: =/title}
        """

    /// A learning event with these members in place of its own; nil: without it.
    private static func learning(_ changes: [(String, String?)]) -> String {
        var members: [(String, String)] = [
            ("specversion", #""1.0""#), ("id", #""1""#), ("source", #""/lms""#),
            ("type", #""onus.learning.recorded""#), ("time", #""2026-03-31T12:00:00Z""#),
            ("data", #"{"person":"p","title":"t"}"#),
        ]
        for (name, value) in changes {
            members.removeAll { $0.0 == name }
            if let value { members.append((name, value)) }
        }
        return "{\(members.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ","))}"
    }

    /// Each with the marker in what is wrong with it, and the pointer that its sender is told.
    private static var malformed: [(event: String, pointer: String)] {
        let quoted = "\"\(marker)\""
        let twice = #"{"person":"p","\#(marker)":1,"\#(marker)":2}"#
        let training = ("type", "\"onus.training.completed\"")
        return [
            (learning([("time", quoted)]), "/time"),
            (learning([("specversion", quoted)]), "/specversion"),
            (learning([("datacontenttype", quoted)]), "/datacontenttype"),
            (learning([("type", "\"onus.learning.\(marker)\"")]), "/type"),
            (learning([("type", nil), ("time", quoted)]), "/type"),
            (learning([("type", "7"), ("specversion", quoted)]), "/specversion"),
            (learning([(marker, "1")]), "/\(marker)"),
            (learning([("data", twice)]), "/data/\(marker)"),
            (learning([("data", nil), ("data_base64", "\"\(Base64.encode(Array(twice.utf8)))\"")]), "/data/\(marker)"),
            (learning([("data", #"{"title":"\#(marker)"}"#)]), "/data/person"),
            (learning([training, ("time", quoted)]), "/time"),
            (learning([("subject", quoted)]), "/subject"),
        ]
    }

    private func run(
        over way: IngestionHarness.Way = .router, _ body: @Sendable (IngestionHarness) async throws -> Void
    ) async throws {
        let logs = LogLines()
        let academy = try Connector(yaml: Self.yaml, file: "academy.yaml")
        try await IngestionHarness.run(over: way, connectors: ["academy": academy], logger: logs.logger) { harness in
            try await harness.database.pool.execute(
                """
                INSERT INTO hook.hook (organization_id, name, connector, role)
                VALUES (1, 'academy', 'academy', 'integration')
                """)
            try await body(harness)
            #expect(try await harness.tables(holding: Self.marker) == [])
        }
        #expect(!logs.text.contains(Self.marker))
    }

    @Test(arguments: [IngestionHarness.Way.router, .lane])
    func `one at a time`(over way: IngestionHarness.Way) async throws {
        try await run(over: way) { harness in
            for (event, pointer) in Self.malformed {
                let answer = try await harness.post(event)
                #expect(answer.pointers == [pointer], "\(event)")
            }
            // The sender sees what came.
            let time = try await harness.post(Self.learning([("time", "\"\(Self.marker)\"")]))
            #expect(time.rejected.first?["detail"]?.string?.hasSuffix(", got \"\(Self.marker)\"") == true)
            // The operator sees where it was wrong, and what was expected there.
            let kept = try await harness.texts(
                "SELECT pointer || ': ' || detail FROM log.quarantine ORDER BY pointer, detail")
            #expect(kept.count == Self.malformed.count)
            #expect(kept.contains("/specversion: expected 1.0"))
            #expect(kept.contains("/data/person: expected a value, got none"))
            #expect(kept.contains("/data: expected no member's name twice in an object"))
        }
    }

    @Test func `one in binary mode`() async throws {
        try await run { harness in
            let good = [
                "specversion": "1.0", "id": "1", "source": "/lms", "type": "onus.learning.recorded",
                "time": "2026-03-31T12:00:00Z",
            ]
            for (name, value) in [
                ("time", Self.marker), ("specversion", Self.marker), ("type", "onus.learning.\(Self.marker)"),
                (Self.marker.lowercased(), "%00"),
            ] {
                var headers = HTTPFields()
                for (name, value) in good.merging([name: value], uniquingKeysWith: { $1 }) {
                    headers[try #require(HTTPField.Name("ce-\(name)"))] = value
                }
                let answer = try await harness.post(
                    #"{"person":"p","title":"t"}"#, "application/json", headers: headers)
                #expect(answer.pointers == ["/\(name)"])
            }
            #expect(try await harness.tables(holding: Self.marker.lowercased()) == [])
            #expect(try await harness.number("SELECT count(*) FROM log.quarantine") == 4)
        }
    }

    @Test(arguments: [linesType, batchType])
    func `many at once`(type: String) async throws {
        try await run { harness in
            let events = Self.malformed.map(\.event)
            let body = type == linesType ? events.joined(separator: "\n") : "[\(events.joined(separator: ","))]"
            let answer = try await harness.post(body, type)
            #expect(answer.status == 422)
            #expect(answer.pointers == Self.malformed.map(\.pointer))
            #expect(try await harness.number("SELECT count(*) FROM log.quarantine") == events.count)
            // A line, or a whole body, that is no JSON.
            #expect(try await harness.post("[{\"\(Self.marker)\": \(Self.marker)}]", type).status >= 400)
        }
    }

    @Test func `statements`() async throws {
        try await run { harness in
            let marker = JSONValue.string(Self.marker)
            for (changes, pointer): (JSONValue, String) in [
                (["timestamp": marker], "/timestamp"), (["id": marker], "/id"), (["verb": ["id": marker]], "/verb/id"),
                (["object": ["id": marker]], "/object/id"), (["version": marker], "/version"),
                (["context": ["registration": marker]], "/context/registration"),
            ] {
                let answer = try await harness.xapi(.post, "/statements", statement(nil, changes))
                #expect(answer.status == 400)
                #expect(answer.json["pointer"]?.string == pointer)
            }
        }
    }

    @Test func `vendors' calls`() async throws {
        try await run { harness in
            func item(_ state: String, at: String, title: String) -> String {
                #"{"id":"1","state":"\#(state)","at":"\#(at)","person":"p","title":"\#(title)"}"#
            }
            let calls = [
                (item("done", at: Self.marker, title: "t"), "/time"),
                (item("odd", at: Self.marker, title: "t"), "/items/0"),
                (item(Self.marker, at: Self.marker, title: "t"), "/items/0"),
                (#"{"\#(Self.marker)":1,"\#(Self.marker)":1}"#, "/items/0/\(Self.marker)"),
            ]
            for (item, pointer) in calls {
                let answer = try await harness.hook("academy", #"{"items":[\#(item)]}"#, [:], as: .integration)
                #expect(answer.pointers == [pointer])
            }
            #expect(try await harness.number("SELECT count(*) FROM log.quarantine") == calls.count)
        }
    }

    @Test func `of an event of the job the operator sees what came`() async throws {
        try await IngestionHarness.run { harness in
            _ = try await harness.post(event().replacing("2026-03-31T12:00:00Z", with: "yesterday"))
            let detail = try await harness.texts("SELECT detail FROM log.quarantine")
            #expect(detail.count == 1 && detail[0].hasSuffix(#", got "yesterday""#))
        }
    }
}
