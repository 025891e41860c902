import EventLog
import HTTPTypes
import Models
import NIOCore
import Postgres
import Support
import Testing

@testable import Ingestion

@Suite(.timeLimit(.minutes(5))) struct FormsTests {
    private func binary(_ changes: [String: String?] = [:]) throws -> HTTPFields {
        var values: [String: String?] = [
            "ce-specversion": "1.0", "ce-id": "1", "ce-source": "/t", "ce-type": "onus.expectation.acknowledged",
            "ce-time": "2026-03-31T12:00:00Z",
        ]
        values.merge(changes) { $1 }
        var headers = HTTPFields()
        for (name, value) in values {
            if let value { headers[try #require(HTTPField.Name(name))] = value }
        }
        return headers
    }

    @Test func `every form is accepted and stored, also with a charset`() async throws {
        try await IngestionHarness.run { (harness) async throws in
            let answers = [
                try await harness.post(event("1"), "application/cloudevents+json; charset=UTF-8"),
                try await harness.post(
                    #"{"person":"p","role":"r"}"#, "application/json;charset=\"utf-8\"",
                    headers: try binary(["ce-id": "2"])),
                try await harness.post("[\(event("3")),\(event("4"))]", "\(batchType) ; charset=utf-8"),
                try await harness.post("\(event("5"))\n\(event("6"))\n", linesType),
            ]
            #expect(answers.map(\.status) == [202, 202, 202, 202])
            #expect(answers.map(\.accepted) == [1, 1, 2, 2])
            #expect(
                try await harness.texts("SELECT id FROM log.event ORDER BY id") == ["1", "2", "3", "4", "5", "6"])
        }
    }

    @Test func `binary mode without a content type is JSON`() async throws {
        try await IngestionHarness.run { (harness) async throws in
            let stored = try await harness.post(#"{"person":"p","role":"r"}"#, nil, headers: try binary())
            #expect(stored.status == 202)
            #expect(try await harness.post("person=p", nil, headers: try binary()).status == 400)
            // Without attributes in header fields nobody knows what the body is.
            #expect(try await harness.post(event("2"), nil).status == 415)
        }
    }

    @Test func `header values of binary mode are unquoted, then percent-decoded`() async throws {
        try await IngestionHarness.run { (harness) async throws in
            let headers = try binary(["ce-id": "%E2%82%AC%20\u{25}4", "ce-source": "\"/a\\\"b\"", "ce-note": "x"])
            #expect(
                try await harness.post(#"{"person":"p","role":"r"}"#, "application/json", headers: headers).status
                    == 202)
            #expect(
                try await harness.texts("SELECT id || source || attributes FROM log.event")
                    == ["€ %4/a\"b{\"note\":\"x\"}"])
        }
    }

    @Test func `binary mode names attributes and data as in structured form`() async throws {
        try await IngestionHarness.run { (harness) async throws in
            let cases: [(headers: [String: String?], body: String, status: Int, pointer: String)] = [
                (["ce-id": nil], #"{"person":"p","role":"r"}"#, 400, "/id"),
                (["ce-time": "yesterday"], #"{"person":"p","role":"r"}"#, 400, "/time"),
                (["ce-time": nil], #"{"person":"p","role":"r"}"#, 422, "/time"),
                (["ce-id": "%FF"], #"{"person":"p","role":"r"}"#, 400, "/id"),
                (["ce-data": "x"], #"{"person":"p","role":"r"}"#, 400, "/data"),
                ([:], #"{"person":"p"}"#, 422, "/data/role"),
                ([:], #"{"person":"p","role":"a","role":"b"}"#, 422, "/data/role"),
                ([:], #"{"person""#, 400, "/data"),
                ([:], "", 422, "/data"),
            ]
            for test in cases {
                let answer = try await harness.post(
                    test.body, "application/json", headers: try binary(test.headers))
                #expect(answer.status == test.status, "\(test)")
                #expect(answer.pointers == [test.pointer], "\(test)")
            }
        }
    }

    @Test func `rejected events of binary mode with the same data are kept each`() async throws {
        try await IngestionHarness.run { (harness) async throws in
            for (id, type) in [("1", "onus.gap.closed"), ("2", "onus.gap.closed"), ("2", "onus.gap.closed")] {
                let headers = try binary(["ce-id": id, "ce-type": type])
                #expect(try await harness.post(#"{"gap":"g"}"#, "application/json", headers: headers).status == 422)
            }
            #expect(
                try await harness.texts("SELECT event_id || ' ' || times FROM log.quarantine ORDER BY id")
                    == ["1 1", "2 2"])
        }
    }

    @Test(arguments: [nil, "text/plain", "application/cloudevents+json; charset=latin1", "application/xml", "json"])
    func `another content type is 415 and told what is taken`(contentType: String?) async throws {
        try await IngestionHarness.run { (harness) async throws in
            let answer = try await harness.post(event(), contentType)
            #expect(answer.status == 415)
            #expect(answer.headers[.contentType] == "application/problem+json")
            #expect(answer.json["detail"]?.string?.contains("application/x-ndjson") == true)
        }
    }

    @Test func `a body with a content encoding is 415`() async throws {
        try await IngestionHarness.run { (harness) async throws in
            let answer = try await harness.post(event(), headers: [.contentEncoding: "gzip"])
            #expect(answer.status == 415)
        }
    }

    @Test func `an empty batch is accepted, a body that is no array is not`() async throws {
        try await IngestionHarness.run { (harness) async throws in
            let empty = try await harness.post(" [ ] ", batchType)
            #expect(empty.status == 202)
            #expect(empty.json == ["accepted": 0, "duplicates": 0, "rejected": []])
            for body in [event(), "[\(event())", "", "[1,]", "[]x"] {
                let answer = try await harness.post(body, batchType)
                #expect(answer.status == 400, "\(body)")
                #expect(answer.accepted == 0)
                #expect(answer.pointers == [""])
            }
            #expect(try await harness.number("SELECT count(*) FROM log.event") == 0)
        }
    }

    @Test func `lines are counted with the blank ones and may end in any way`() async throws {
        try await IngestionHarness.run { (harness) async throws in
            let body = "\(event("1"))\r\n\n  \n{\"x\":\n\(event("2"))"
            let answer = try await harness.post(body, linesType)
            #expect(answer.status == 207)
            #expect(answer.accepted == 2)
            #expect(answer.rejected.map { $0["index"]?.int } == [3])
            #expect(answer.rejected.first?["pointer"] == "")
            #expect(answer.rejected.first?["detail"]?.string?.contains("line 4") == true)
            let empty = try await harness.post("\n\n", linesType)
            #expect(empty.status == 202)
        }
    }

    @Test func `of equal identities in different slices of a stream the first is stored`() async throws {
        try await IngestionHarness.run { (harness) async throws in
            var lines = (0..<3_000).map { event("\($0)") }
            for number in [1_200, 2_300] { lines[number] = event("7", data: #"{"person":"late","role":"r"}"#) }
            let answer = try await harness.post(lines.joined(separator: "\n"), linesType)
            #expect(answer.accepted == 2_998 && answer.duplicates == 2)
            let stored = try await harness.database.pool.query("SELECT data FROM log.event WHERE id = '7'")
            #expect(try stored.only().text(0) == #"{"person":"p","role":"r"}"#)
        }
    }

    @Test func `two slices are stored at once, a third waits`() async throws {
        try await IngestionHarness.run { (harness) async throws in
            let lines = (0..<3_500).map { event("\($0)") }
            try await harness.database.pool.withConnection { blocker in
                try await blocker.transaction { blocker in
                    try await blocker.execute("LOCK TABLE log.identity IN ACCESS EXCLUSIVE MODE")
                    async let answer = harness.post(lines.joined(separator: "\n"), linesType)
                    while try await harness.waitingForLocks() < 2 {}
                    // The second slice was begun when the third was not; it is never more than two.
                    for _ in 0..<20 { #expect(try await harness.waitingForLocks() <= 2) }
                    try await blocker.execute("ROLLBACK AND CHAIN")
                    #expect(try await answer.accepted == 3_500)
                }
            }
        }
    }

    @Test func `a slice waits for the one before it where it has an identity of it`() async throws {
        try await IngestionHarness.run { (harness) async throws in
            let late = event("7", data: #"{"person":"late","role":"r"}"#)
            let lines = (0..<2_000).map { $0 == 1_500 ? late : event("\($0)") }
            // Somebody else stores an event of the first slice, which therefore has to wait before it can store its 7th.
            let hashes = (0..<1_000).map { EventIdentity(source: "/t", id: "\($0)").hash }
            let first = try #require(hashes.min())
            try #require(first != hashes[7])
            try await harness.database.pool.withConnection { other in
                try await other.transaction { other in
                    try await other.execute(
                        "INSERT INTO log.identity (organization_id, identity) VALUES (1, $1)", [.uuid(first)])
                    async let answer = harness.post(lines.joined(separator: "\n"), linesType)
                    while try await harness.waitingForLocks() == 0 {}
                    // Time enough for the second slice, if it were stored now.
                    let end = ContinuousClock.now + .seconds(1)
                    repeat {
                        #expect(try await harness.number("SELECT count(*) FROM log.event") == 0)
                    } while ContinuousClock.now < end
                    try await other.execute("ROLLBACK AND CHAIN")
                    #expect(try await answer.accepted == 1_999)
                    #expect(try await answer.duplicates == 1)
                }
            }
            let stored = try await harness.database.pool.query("SELECT data FROM log.event WHERE id = '7'")
            #expect(try stored.only().text(0) == #"{"person":"p","role":"r"}"#)
        }
    }

    @Test func `what turns out to be known in the middle of a stream that was new is a duplicate`() async throws {
        try await IngestionHarness.run { (harness) async throws in
            #expect(try await harness.post(event("4321", data: #"{"person":"early","role":"r"}"#)).accepted == 1)
            let lines = (0..<7_000).map { event("\($0 == 5_500 ? 17 : $0)") }
            let answer = try await harness.post(lines.joined(separator: "\n"), linesType)
            #expect(answer.status == 202)
            #expect(answer.accepted == 6_998 && answer.duplicates == 2)
            #expect(try await harness.number("SELECT count(*) FROM log.event") == 6_999)
            #expect(try await harness.number("SELECT count(*) FROM log.identity") == 6_999)
            let stored = try await harness.database.pool.query("SELECT data FROM log.event WHERE id = '4321'")
            #expect(try stored.only().text(0) == #"{"person":"early","role":"r"}"#)
            // In the order of the lines within each slice, which are in the order of their beginning.
            #expect(
                try await harness.number(
                    """
                    SELECT count(*) FROM (
                        SELECT id::int - lag(id::int) OVER (PARTITION BY xid ORDER BY seq) AS step FROM log.event) AS s
                    WHERE step < 1
                    """) == 0)
        }
    }

    @Test func `the next slice is read while one is stored, and nothing is answered before both are`() async throws {
        try await IngestionHarness.run { (harness) async throws in
            // Two slices and a rejected line behind them, with the log held: the stream is read to its end meanwhile.
            let lines = (0..<1_500).map { event("\($0)") } + ["{}"]
            try await harness.database.pool.withConnection { blocker in
                try await blocker.transaction { blocker in
                    try await blocker.execute("LOCK TABLE log.identity IN ACCESS EXCLUSIVE MODE")
                    async let answer = harness.post(lines.joined(separator: "\n"), linesType)
                    while try await harness.waitingForLocks() == 0 {}
                    try await blocker.execute("ROLLBACK AND CHAIN")
                    #expect(try await answer.accepted == 1_500)
                    #expect(try await answer.rejected.count == 1)
                }
            }
            #expect(try await harness.number("SELECT count(*) FROM log.event") == 1_500)
            #expect(try await harness.number("SELECT count(*) FROM log.quarantine") == 1)
        }
    }

    @Test func `twenty thousand lines are stored in slices, and counted once when sent again`() async throws {
        try await IngestionHarness.run { (harness) async throws in
            var body = ByteBuffer()
            for number in 0..<20_000 {
                body.writeString(event("e\(number)"))
                body.writeString("\n")
            }
            let first = try await harness.post(body, linesType)
            #expect(first.status == 202)
            #expect(first.accepted == 20_000)
            let again = try await harness.post(body, linesType)
            #expect(again.status == 202)
            #expect(again.duplicates == 20_000)
            #expect(try await harness.number("SELECT count(*) FROM log.event") == 20_000)
            #expect(try await harness.number("SELECT count(DISTINCT xid::text) FROM log.event") == 20)
        }
    }
}
