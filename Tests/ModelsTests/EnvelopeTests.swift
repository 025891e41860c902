import Models
import Testing

@Suite struct EnvelopeTests {
    private static let good: [(String, String)] = [
        ("specversion", #""1.0""#), ("id", #""1""#), ("source", #""/t""#),
        ("type", #""onus.expectation.acknowledged""#),
        ("time", #""2026-03-31T12:00:00Z""#), ("data", #"{"person":"p","role":"r"}"#),
    ]

    /// The good event with some attributes replaced (nil: removed) and others added.
    private func event(_ changes: [String: String?]) -> String {
        var members = Self.good.compactMap { name, value in
            (changes[name] ?? value).map { "\"\(name)\":\($0)" }
        }
        for (name, value) in changes where !Self.good.contains(where: { $0.0 == name }) {
            if let value { members.append("\"\(name)\":\(value)") }
        }
        return "{\(members.joined(separator: ","))}"
    }

    private func read(_ changes: [String: String?]) throws -> ValidatedEvent {
        try EventReader.read(try JSONParser.parse(event(changes)))
    }

    private func problem(_ changes: [String: String?]) -> Problem? {
        #expect(throws: Problem.self, "\(changes)") { try read(changes) }
    }

    @Test(arguments: ["id", "source", "specversion", "type"], [String?.none, "null", #""""#, "1", "true", "{}"])
    func `a required attribute that is missing or ill-typed breaks the envelope`(name: String, value: String?) {
        let problem = problem([name: value])
        #expect(problem?.pointer == "/\(name)")
        #expect(problem?.kind == .envelope)
    }

    @Test(arguments: [#""0.3""#, #""1""#, #""1.0 ""#, #""2.0""#])
    func `another version breaks the envelope`(version: String) {
        #expect(problem(["specversion": version])?.kind == .envelope)
    }

    @Test(arguments: [#""yesterday""#, "1", #""2026-03-31T23:59:60Z""#, #""9999-12-31T23:59:59-01:00""#])
    func `a bad time breaks the envelope`(time: String) {
        let problem = problem(["time": time])
        #expect(problem?.pointer == "/time")
        #expect(problem?.kind == .envelope)
    }

    @Test func `an absent time and an unknown type are faults of content`() {
        #expect(problem(["time": nil]) == problem(["time": "null"]))
        #expect(problem(["time": nil])?.pointer == "/time")
        #expect(problem(["time": nil])?.kind == .content)
        #expect(problem(["type": #""onus.person.deleted""#])?.pointer == "/type")
        #expect(problem(["type": #""onus.person.deleted""#])?.kind == .content)
    }

    @Test func `a broken envelope counts more than faults of content before it`() {
        #expect(problem(["type": #""x""#, "data": "1", "time": nil, "id": nil])?.pointer == "/id")
        #expect(problem(["type": #""x""#, "data": "1", "Bad": "1"])?.pointer == "/Bad")
    }

    @Test(arguments: [String?.none, "null", "1", "[]", #""{}""#])
    func `data is an object`(data: String?) {
        let problem = problem(["data": data])
        #expect(problem?.pointer == "/data")
        #expect(problem?.kind == .content)
    }

    @Test func `base64 data is read as JSON`() throws {
        let plain = try read([:])
        // {"person":"p","role":"r"}
        #expect(try read(["data": nil, "data_base64": #""eyJwZXJzb24iOiJwIiwicm9sZSI6InIifQ==""#]) == plain)
        let both = problem(["data_base64": #""e30=""#])
        #expect(both?.pointer == "/data_base64")
        #expect(both?.kind == .envelope)
        for bad in ["1", #""e30""#, #""e3=0""#, #""bm90IGpzb24=""#, #""%%%%""#] {
            #expect(problem(["data": nil, "data_base64": bad])?.pointer == "/data_base64")
        }
        #expect(problem(["data": nil, "data_base64": #""e30=""#])?.pointer == "/data/person")
        // {"person":"\u0000"}
        #expect(problem(["data": nil, "data_base64": #""eyJwZXJzb24iOiJcdTAwMDAifQ==""#])?.pointer == "/data/person")
    }

    @Test func `data is JSON only`() throws {
        for type in [#""application/json""#, #""Application/JSON; charset=utf-8""#, "null"] {
            _ = try read(["datacontenttype": type])
        }
        for type in [#""text/plain""#, #""application/xml""#, #""application/jsonx""#, #"" application/json""#] {
            let problem = problem(["datacontenttype": type])
            #expect(problem?.pointer == "/datacontenttype")
            #expect(problem?.kind == .content)
        }
        #expect(problem(["datacontenttype": "1"])?.pointer == "/datacontenttype")
    }

    @Test func `extensions and dataschema are kept`() throws {
        let event = try read([
            "traceparent": #""00-abc""#, "sequence1": "5", "flag": "true", "dataschema": #""https://x""#,
            "gone": "null",
        ])
        #expect(Set(event.attributes.members.map(\.name)) == ["traceparent", "sequence1", "flag", "dataschema"])
        for (name, value) in [
            ("traceParent", #""x""#), ("a_b", "1"), ("obj", "{}"), ("list", "[]"), ("frac", "1.5"), ("", "1"),
        ] {
            let problem = problem([name: value])
            #expect(problem?.pointer == "/\(name)")
            #expect(problem?.kind == .envelope)
        }
        #expect(problem(["dataschema": "1"])?.pointer == "/dataschema")
    }

    @Test func `identities of 1024 bytes are taken, longer ones refused`() throws {
        let longest = "\"" + String(repeating: "é", count: 512) + "\""
        #expect(try read(["id": longest, "source": longest]).identity.id.utf8.count == 1_024)
        let longer = "\"" + String(repeating: "é", count: 512) + "x\""
        #expect(problem(["id": longer])?.pointer == "/id")
        #expect(problem(["source": longer])?.pointer == "/source")
    }

    @Test(arguments: [
        ("onus.expectation.acknowledged", #"{"person":"p","role":"r"}"#, "p", true),
        ("onus.expectation.acknowledged", #"{"person":"p","role":"r"}"#, "r", true),
        ("onus.expectation.acknowledged", #"{"person":"p","role":"r"}"#, "q", false),
        ("onus.gap.closed", #"{"gap":"g","outcome":"closed"}"#, "g", true),
        ("onus.gap.closed", #"{"gap":"g","outcome":"closed"}"#, "closed", false),
        ("onus.training.requested", #"{"request":"q","requestedBy":"p"}"#, "anything", true),
        ("onus.training.requested", #"{"request":"q","requestedBy":"p","gap":null}"#, "anything", true),
        ("onus.gap.identified", "{\"gap\":\"caf\u{E9}\",\"person\":\"p\",\"cause\":\"skill\"}", "cafe\u{301}", false),
    ])
    func `a subject equals the person, gap or role that data names`(
        type: String, data: String, subject: String, isAccepted: Bool
    ) throws {
        let changes = ["type": "\"\(type)\"", "data": data, "subject": "\"\(subject)\""]
        if isAccepted {
            #expect(try read(changes).subject == subject)
        } else {
            #expect(problem(changes)?.pointer == "/subject")
            #expect(problem(changes)?.kind == .content)
        }
    }

    @Test func `what is no object is no event`() {
        for text in ["1", "[]", "null", #""x""#] {
            let problem = #expect(throws: Problem.self) { try EventReader.read(try JSONParser.parse(text)) }
            #expect(problem?.kind == .envelope)
        }
    }
}
