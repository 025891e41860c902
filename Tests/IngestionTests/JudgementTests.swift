import FoundationEssentials
import HTTPTypes
import Models
import Postgres
import Support
import Testing

@testable import Ingestion

@Suite(.timeLimit(.minutes(5))) struct JudgementTests {
    /// For each type data that lacks exactly one thing, and the pointer to it. From docs/events.md.
    private static let malformed: [(type: String, data: String, pointer: String)] = [
        ("onus.person.updated", #"{"person":"p","effectiveFrom":"2026-02-30","active":true}"#, "/data/effectiveFrom"),
        (
            "onus.role.defined", #"{"role":"r","effectiveFrom":"2026-01-01","expectations":[{"id":"e"}]}"#,
            "/data/expectations/0/statement"
        ),
        ("onus.absence.recorded", #"{"person":"p","from":"2026-02-02","to":"2026-02-01"}"#, "/data/to"),
        ("onus.expectation.acknowledged", #"{"person":"p"}"#, "/data/role"),
        ("onus.gap.identified", #"{"gap":"g","person":"p","cause":"weather"}"#, "/data/cause"),
        ("onus.gap.action", #"{"gap":"g","by":"m","kind":"coaching"}"#, "/data/stage"),
        ("onus.gap.closed", #"{"gap":"g","outcome":1}"#, "/data/outcome"),
        ("onus.behaviour.observed", #"{"gap":"g","observer":"m","level":5}"#, "/data/level"),
        ("onus.outcome.measured", #"{"gap":"g","value":true}"#, "/data/value"),
        ("onus.coaching.held", #"{"person":"p","coach":"m","context":{}}"#, "/data/context/kind"),
        ("onus.conversation.held", #"{"manager":"m","kind":"review"}"#, "/data/person"),
        ("onus.feedback.given", #"{"from":"","person":"p"}"#, "/data/from"),
        ("onus.training.requested", #"{"request":"q","requestedBy":"m","for":["p",7]}"#, "/data/for/1"),
        ("onus.training.completed", #"{"person":"p","gap":"g"}"#, "/data/programme"),
        ("onus.learning.recorded", #"{"person":"p"}"#, "/data/title"),
        ("onus.event.retracted", #"{"event":{"source":"/t"}}"#, "/data/event/id"),
        ("onus.evidence.contested", #"{"event":{"source":"/t","id":"1"}}"#, "/data/by"),
        (
            "onus.evidence.resolved", #"{"event":{"source":"/t","id":"1"},"by":"h","decision":"maybe"}"#,
            "/data/decision"
        ),
    ]

    @Test func `a malformed event of each type is 422 with the pointer to its fault, and is quarantined`() async throws
    {
        #expect(Self.malformed.map(\.type) == EventType.allCases.map(\.rawValue))
        try await IngestionHarness.run { (harness) async throws in
            for (number, test) in Self.malformed.enumerated() {
                let answer = try await harness.post(event("m\(number)", type: test.type, data: test.data))
                #expect(answer.status == 422, "\(test.type)")
                #expect(answer.pointers == [test.pointer], "\(test.type)")
                #expect(answer.accepted == 0)
                #expect(answer.headers[.contentType] == "application/problem+json")
            }
            #expect(
                try await harness.texts("SELECT pointer FROM log.quarantine ORDER BY id")
                    == Self.malformed.map(\.pointer))
            #expect(try await harness.number("SELECT count(*) FROM log.event") == 0)
        }
    }

    @Test func `a batch with a bad event in the middle stores the others and keeps the bad one, minimised`()
        async throws
    {
        try await IngestionHarness.run { (harness) async throws in
            let bad = event(
                "bad", type: "onus.feedback.given",
                data: #"{"from":"m","notes":"private","deep":[{"sentiment":1,"kept":2}]}"#)
            let answer = try await harness.post("[\(event("1")),\(bad),\(event("2"))]", batchType)
            #expect(answer.status == 207)
            #expect(answer.accepted == 2)
            #expect(answer.rejected.map { $0["index"]?.int } == [1])
            #expect(answer.pointers == ["/data/person"])
            #expect(try await harness.texts("SELECT id FROM log.event ORDER BY id") == ["1", "2"])
            #expect(
                try await harness.texts("SELECT body FROM log.quarantine") == [
                    event("bad", type: "onus.feedback.given", data: #"{"from":"m","deep":[{"kept":2}]}"#)
                ])
            #expect(
                try await harness.texts(
                    "SELECT concat_ws(' ', type, source, event_id, times, octet_length(body_hash)) FROM log.quarantine")
                    == ["onus.feedback.given /t bad 1 32"])
            // The same again counts up.
            #expect(try await harness.post("[\(bad),\(bad)]", batchType).status == 422)
            #expect(try await harness.number("SELECT count(*) FROM log.quarantine") == 1)
        }
    }

    @Test(arguments: [batchType, linesType])
    func `an event that the database refuses against all expectation harms no other of its request`(
        form: String
    ) async throws {
        try await IngestionHarness.run { (harness) async throws in
            try await harness.database.pool.execute(
                "ALTER TABLE log.event ADD CONSTRAINT no_thirteen CHECK (id <> '13')")
            let events = [event("1"), event("x", data: "{}"), event("13"), event("2")]
            let body = form == batchType ? "[\(events.joined(separator: ","))]" : events.joined(separator: "\n")
            let answer = try await harness.post(body, form)
            #expect(answer.status == 207)
            #expect(answer.accepted == 2)
            #expect(answer.rejected.map { $0["index"]?.int } == [1, 2])
            #expect(answer.pointers == ["/data/person", ""])
            #expect(try await harness.texts("SELECT id FROM log.event ORDER BY id") == ["1", "2"])
            #expect(try await harness.number("SELECT count(*) FROM log.identity") == 2)
            #expect(try await harness.number("SELECT count(*) FROM log.quarantine") == 2)
        }
    }

    @Test func `a refused event whose data came as base64 is kept with its data in sight, minimised`() async throws {
        @Sendable func encoded(_ data: String) -> String {
            #","data_base64":"\#(Data(data.utf8).base64EncodedString())""#
        }
        @Sendable func bare(_ id: String, _ type: String, _ extra: String) -> String {
            #"{"specversion":"1.0","id":"\#(id)","source":"/t","type":"\#(type)","time":"2026-03-31T12:00:00Z"\#(extra)}"#
        }
        try await IngestionHarness.run { (harness) async throws in
            let gap = bare("1", "onus.gap.closed", encoded(#"{"gap":"g","notes":"private"}"#))
            #expect(try await harness.post(gap).pointers == ["/data/outcome"])
            #expect(
                try await harness.texts("SELECT body FROM log.quarantine") == [
                    bare("1", "onus.gap.closed", #","data":{"gap":"g"}"#)
                ])
            // Learning stays the learner's, and what is no JSON stays unseen.
            for (id, type, data) in [
                ("2", "onus.training.completed", #"{"person":"p","x":"secret"}"#), ("3", "onus.gap.closed", "secret"),
            ] {
                #expect(try await harness.post(bare(id, type, encoded(data))).status == 422)
            }
            #expect(try await harness.number("SELECT count(*) FROM log.quarantine") == 3)
            #expect(try await harness.number("SELECT count(body) FROM log.quarantine") == 1)
        }
    }

    @Test func `of refused learning only the hash and the problem are kept`() async throws {
        try await IngestionHarness.run { (harness) async throws in
            let cases = [
                event("1", type: "onus.learning.recorded", data: #"{"person":"p","url":"https://secret"}"#),
                event("2", type: "onus.learning.recordd", data: #"{"person":"p","title":"secret"}"#),
                event("3", type: "onus.training.completed", data: #"{"person":"p","title":"secret"}"#),
                event(
                    "4", type: "onus.training.completed", data: #"{"person":"p","assignedBy":"p","x":"secret"}"#),
                event("5", type: "onus.gap.closed", data: "null", extra: #","data_base64":"c2VjcmV0""#),
                #"{"secret"#,
            ]
            for body in cases {
                #expect([400, 422].contains(try await harness.post(body).status), "\(body)")
            }
            #expect(try await harness.number("SELECT count(*) FROM log.quarantine") == cases.count)
            #expect(
                try await harness.number(
                    "SELECT count(*) FROM log.quarantine WHERE num_nonnulls(type, source, event_id, body) > 0") == 0)
            // Training that is tied to the job is nobody's private matter.
            _ = try await harness.post(
                event("6", type: "onus.training.completed", data: #"{"person":"p","gap":"g"}"#))
            #expect(try await harness.number("SELECT count(body) FROM log.quarantine") == 1)
        }
    }

    @Test func `valid learning goes behind the wall and not into the log, and shares the identities`() async throws {
        try await IngestionHarness.run { (harness) async throws in
            let learning = event("1", type: "onus.learning.recorded", data: #"{"person":"p","title":"Pottery"}"#)
            let training = event("2", type: "onus.training.completed", data: #"{"person":"p","programme":"x"}"#)
            #expect(try await harness.post("[\(learning),\(training),\(event("1"))]", batchType).duplicates == 1)
            #expect(try await harness.texts("SELECT title FROM learner.learning ORDER BY title") == ["Pottery", "x"])
            #expect(try await harness.number("SELECT count(*) FROM log.event") == 0)
        }
    }

    @Test(arguments: [
        ("{}", 400, "/specversion"),
        (#"{"specversion":"1.0","source":"/t","type":"x","data":{}}"#, 400, "/id"),
        (#"{"specversion":"0.3","id":"1","source":"/t","type":"x","data":{}}"#, 400, "/specversion"),
        (
            #"{"specversion":"1.0","id":"1","source":"/t","type":"x","time":"2026-13-01T00:00:00Z","data":{}}"#, 400,
            "/time"
        ),
        (
            #"{"specversion":"1.0","id":"1","source":"/t","type":"x","time":"2026-01-01T00:00:00Z","data":{},"data_base64":"e30="}"#,
            400, "/data_base64"
        ),
        (#"{"specversion":"1.0","id":"1","source":"/t","type":"onus.gap.closed","data":{}}"#, 422, "/time"),
        (
            #"{"specversion":"1.0","id":"1","source":"/t","type":"x","time":"2026-01-01T00:00:00Z","data":{}}"#, 422,
            "/type"
        ),
        (#"{"specversion":"1.0","id":"1","id":"2","source":"/t","type":"x","data":{}}"#, 422, "/id"),
        ("not json", 400, ""), ("", 400, ""), ("[]", 400, ""),
    ])
    func `a broken envelope is 400, refused content 422, and both carry the receipt`(
        body: String, status: Int, pointer: String
    ) async throws {
        try await IngestionHarness.run { (harness) async throws in
            let answer = try await harness.post(body)
            #expect(answer.status == status)
            #expect(answer.pointers == [pointer])
            #expect(answer.accepted == 0)
            #expect(answer.duplicates == 0)
            #expect(answer.json["status"]?.int == status)
            // In a batch the same event is a rejected item.
            guard status == 422 || pointer != "" else { return }
            let batch = try await harness.post("[\(event("ok")),\(body)]", batchType)
            #expect(batch.status == 207)
            #expect(batch.pointers == [pointer])
        }
    }

    @Test func `validation comes before deduplication`() async throws {
        try await IngestionHarness.run { (harness) async throws in
            #expect(try await harness.post(event("1")).accepted == 1)
            #expect(try await harness.post(event("1", data: #"{"person":"other","role":"r"}"#)).duplicates == 1)
            #expect(try await harness.post(event("1", data: #"{"person":"other"}"#)).status == 422)
            #expect(try await harness.post("[\(event("2")),\(event("2"))]", batchType).duplicates == 1)
            #expect(
                try await harness.texts("SELECT data FROM log.event WHERE id = '1'") == [#"{"person":"p","role":"r"}"#])
        }
    }

    @Test func `a dry run judges, knows duplicates and stores nothing`() async throws {
        try await IngestionHarness.run { (harness) async throws in
            _ = try await harness.post(event("1"))
            let bad = event("3", data: "{}")
            for form in [batchType, linesType] {
                let body =
                    form == batchType ? "[\(event("1")),\(event("2")),\(bad)]" : "\(event("1"))\n\(event("2"))\n\(bad)"
                let answer = try await harness.post(body, form, query: "?dryRun=true")
                #expect(answer.status == 207)
                #expect(answer.accepted == 1)
                #expect(answer.duplicates == 1)
                #expect(answer.pointers == ["/data/person"])
            }
            #expect(try await harness.post(event("1"), query: "?dryRun=true").duplicates == 1)
            #expect(try await harness.post(bad, query: "?dryRun=true").status == 422)
            #expect(try await harness.post(event("2"), query: "?dryRun=perhaps").status == 400)
            #expect(try await harness.number("SELECT count(*) FROM log.event") == 1)
            #expect(try await harness.number("SELECT count(*) FROM log.quarantine") == 0)
            #expect(try await harness.post(event("2"), query: "?dryRun=false").accepted == 1)
        }
    }
}
