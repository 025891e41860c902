import Crypto
import HTTPTypes
import Models
import Testing

@testable import Ingestion

@Suite struct PartsTests {
    private func lines(_ chunks: [String], limit: Int = 8) -> [String] {
        var splitter = LineSplitter(limit: limit)
        var found: [String] = []
        func note(_ line: LineSplitter.Line) {
            switch line {
            case .whole(let bytes): found.append(String(decoding: bytes, as: UTF8.self))
            case .oversized(let line):
                found.append(
                    "\(line.count) \(line.hash == Array(SHA256.hash(data: Array(repeating: 120, count: line.count))))")
            case .blank: found.append("blank")
            }
        }
        for chunk in chunks {
            Array(chunk.utf8).withUnsafeBytes { splitter.append($0, note) }
        }
        splitter.finish(note)
        return found
    }

    @Test func `lines come out whole however the chunks are cut`() {
        let text = "one\ntwo\r\n\n \t\nthree"
        let expected = ["one", "two", "blank", "blank", "three"]
        #expect(lines([text]) == expected)
        #expect(lines(text.map { String($0) }) == expected)
        #expect(lines([text + "\n"]) == expected)
        #expect(lines([]) == [])
        #expect(lines(["\n"]) == ["blank"])
    }

    @Test func `a line beyond the limit leaves its length and hash, and the next one is whole again`() {
        let long = String(repeating: "x", count: 20)
        #expect(lines(["xxxxxxxx\n\(long)\nab"]) == ["xxxxxxxx", "20 true", "ab"])
        #expect(lines(["\(long)\nab\n"].flatMap { $0.map { String($0) } }) == ["20 true", "ab"])
        #expect(lines([long]) == ["20 true"])
    }

    @Test(arguments: [
        ("plain", "plain"), ("%C3%A4", "ä"), ("\"a b\"", "a b"), (#""a\"b\\c""#, #"a"b\c"#), ("100%", "100%"),
        ("%zz", "%zz"), ("%2", "%2"), ("\"", "\""),
    ])
    func `a header value is unquoted and percent-decoded`(value: String, expected: String) {
        #expect(HeaderValue.decode(value) == expected)
    }

    @Test(arguments: ["%FF", "%C3", "a%00b"])
    func `a header value that is not UTF-8 or holds a zero is refused`(value: String) {
        #expect(HeaderValue.decode(value) == nil)
    }

    @Test func `content types are read with their parameters`() {
        #expect(MediaTypeValue("Application/JSON ; Charset=\"UTF-8\"; x=y")?.name == "application/json")
        #expect(MediaTypeValue("application/json; charset=UTF-8")?.charset == "utf-8")
        #expect(MediaTypeValue("application/json")?.charset == nil)
        #expect(MediaTypeValue("json") == nil)
        #expect(MediaTypeValue("") == nil)
    }

    @Test func `a receipt lists ten thousand rejections and counts the rest`() {
        var receipt = Receipt()
        for index in 0..<10_005 {
            receipt.add(
                Rejection(index: index, problem: Problem(pointer: "", title: "t", detail: "d", kind: .content)))
        }
        #expect(receipt.rejected.count == 10_000)
        #expect(receipt.members["omitted"] == 5)
        #expect(receipt.status(of: .lines).code == 422)
    }

    @Test func `the description names every type, every answer and resolves its references`() throws {
        let text = OpenAPI.document.serialized
        let document = try JSONParser.parse(text)
        let post = try #require(document["paths"]?["/v1/events"]?["post"])
        let answers = try #require(post["responses"]?.object?.members.map(\.name))
        #expect(Set(answers) == ["202", "207", "400", "401", "403", "413", "415", "422", "429", "503"])
        for type in EventType.allCases {
            #expect(text.contains("\"\(type.rawValue)\""))
        }
        for reference in text.split(separator: "\"$ref\":\"#/").dropFirst() {
            let path = try #require(reference.split(separator: "\"").first)
            var value: JSONValue? = document
            for step in path.split(separator: "/") { value = value?[String(step)] }
            #expect(value != nil, "\(path)")
        }
    }

    @Test func `the description of SCIM and xAPI is what the code judges by`() throws {
        for type in SCIMResourceType.all {
            let schemas = OpenAPI.document["components"]?["schemas"]
            let given = try #require(schemas?["SCIM\(type.name)Given"]?["properties"])
            let answered = try #require(schemas?["SCIM\(type.name)"]?["properties"])
            for attribute in type.kept {
                #expect(given[attribute.name] != nil && answered[attribute.name] != nil, "\(attribute.name)")
            }
            for schema in type.extensions {
                for attribute in schema.attributes {
                    #expect(given[schema.id]?["properties"]?[attribute.name] != nil, "\(attribute.name)")
                }
            }
            #expect(given["meta"] == nil && answered["meta"] != nil)
        }
        let parameters = OpenAPI.document["paths"]?["/xapi/statements"]?["get"]?["parameters"]?.array ?? []
        #expect(Set(parameters.compactMap { $0["name"]?.string }) == XAPIQuery.ofOne.union(XAPIQuery.ofLists))
        for (path, methods) in XAPIRoutes.absent {
            let described = OpenAPI.document["paths"]?["/xapi/\(path)"]?.object?.members.map(\.name)
            #expect(described == methods.map { $0.rawValue.lowercased() })
        }
    }

    @Test(arguments: EventType.allCases)
    func `data that the description's required members make up is what the judge asks for`(type: EventType) throws {
        let schema = EventDataSchema.members(of: type)
        for member in schema.members where member.isRequired {
            var data = JSONObject()
            for other in schema.members where other.isRequired {
                if other.name == member.name { break }
                data.append(other.name, sample(other.schema, beside: other.name))
            }
            let text = event(type: type.rawValue, data: JSONValue.object(data).serialized)
            let structured = try JSONParser.parse(text)
            let problem = #expect(throws: Problem.self) { try EventReader.read(structured) }
            #expect(problem?.pointer == "/data/\(member.name)")
        }
    }

    /// A value that a schema allows.
    private func sample(_ schema: JSONValue, beside name: String) -> JSONValue {
        if let choice = schema["enum"]?.array?.first { return choice }
        if schema["format"] == "date" { return "2026-01-01" }
        switch schema["type"]?.string {
        case "boolean": return true
        case "number": return 1
        case "array": return []
        case "object": return ["source": "/t", "id": "1"]
        default: return "x"
        }
    }
}
