import Models
import Testing

@Suite struct JSONParserTests {
    @Test func `every kind of value is read`() throws {
        let value = try JSONParser.parse(
            #" { "a" : [ 1 , -0.5e1 , true , false , null , "x\"\\\/\b\f\n\r\tz" , { } , [ ] ] , "b" : "é😀\u00e9\ud83d\ude00" } "#
        )
        #expect(
            value == [
                "a": [1, -5.0, true, false, nil, "x\"\\/\u{8}\u{C}\n\r\tz", [:], []], "b": "é😀é😀",
            ])
    }

    @Test(arguments: [
        "", " ", "{", "[", "\"", "\"a", "[1", "[1,", "[1,]", "[,1]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}",
        "{,}",
        "01", "-", "-a", "1.", ".5", "+1", "1e", "1e+", "0x10", "NaN", "Infinity", "tru", "nul", "TRUE", "[1]]", "1 2",
        "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "\"a\nb\"", "\"\t\"", "'a'", "[1}", "{\"a\":1]", "// c\n1", "\u{FEFF}1",
        "\0",
        "1\0", "\"\\", "[\"a\" \"b\"]", "{\"a\" 1}", "{\"a\":1 \"b\":2}", "[1 2]", "\u{A0}1",
    ])
    func `what is not JSON is an error of syntax`(text: String) {
        let problem = #expect(throws: JSONProblem.self) { try JSONParser.parse(text) }
        #expect(problem?.kind == .syntax)
        #expect(throws: JSONProblem.self) { try JSONParser.elements(of: Array(text.utf8)) }
    }

    @Test(arguments: [
        [0x22, 0xFF, 0x22], [0x22, 0xC3, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22], [0x22, 0xC0, 0x80, 0x22],
        [0x22, 0x5C, 0x6E, 0xFF, 0x22], [0xFF],
    ])
    func `bytes that are not UTF-8 are an error of syntax`(bytes: [UInt8]) {
        let problem = #expect(throws: JSONProblem.self) { try JSONParser.parse(bytes) }
        #expect(problem?.kind == .syntax)
    }

    @Test(arguments: [
        (#"{"a":{"b":1,"c":2,"b":1}}"#, "/a/b"), (#"{"a":1,"\u0061":1}"#, "/a"), (#"{"a":["x","y\u0000"]}"#, "/a/1"),
        (#"{"a":"\ud800"}"#, "/a"), (#"{"a":"\udc00x"}"#, "/a"), (#"{"a":"\ud800\ud800\udc00"}"#, "/a"),
        (#"{"a":"\ud800\n"}"#, "/a"), (#"{"x/y~z":[0,1e400]}"#, "/x~1y~0z/1"), (#"[-1e309]"#, "/0"),
        (#"{"a":{"\u0000":1}}"#, "/a"), (#""\u0000""#, ""), (#"{"data":1e999,"id":"\u0000"}"#, "/data"),
    ])
    func `what is refused in JSON has a pointer`(text: String, pointer: String) {
        let problem = #expect(throws: JSONProblem.self) { try JSONParser.parse(text) }
        #expect(problem?.kind == .content)
        #expect(problem?.pointer == pointer)
    }

    @Test func `a name that stands twice is found in a large object`() throws {
        let members = (0..<5_000).map { #""m\#($0)":0"# }.joined(separator: ",")
        #expect(try JSONParser.parse("{\(members)}").object?.members.count == 5_000)
        let problem = #expect(throws: JSONProblem.self) { try JSONParser.parse(#"{\#(members),"m4711":1}"#) }
        #expect(problem?.pointer == "/m4711")
        // Byte for byte: these are two names.
        #expect(try JSONParser.parse("{\"\u{E9}\":1,\"e\u{301}\":2}").object?.members.count == 2)
    }

    @Test func `an error of syntax counts more than what is refused before it`() {
        let problem = #expect(throws: JSONProblem.self) { try JSONParser.parse(#"{"a":"\u0000","a":1"#) }
        #expect(problem?.kind == .syntax)
        #expect(problem?.line == 1)
        #expect(problem?.column == 20)
    }

    @Test func `64 levels are read, 65 refused, a million too`() throws {
        func nested(_ levels: Int) -> String {
            String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
        }
        #expect(try JSONParser.parse(nested(64)).array?.count == 1)
        let problem = #expect(throws: JSONProblem.self) { try JSONParser.parse(nested(65)) }
        #expect(problem?.kind == .content)
        #expect(problem?.pointer == String(repeating: "/0", count: 64))
        let deep = #expect(throws: JSONProblem.self) { try JSONParser.parse(nested(1_000_000)) }
        #expect(deep?.kind == .content)
        let open = #expect(throws: JSONProblem.self) {
            try JSONParser.parse(String(repeating: #"{"a":["#, count: 200_000))
        }
        #expect(open?.kind == .syntax)
    }

    @Test(arguments: [
        ("0", 0.0), ("-0", -0.0), ("0.1", 0.1), ("1.0", 1), ("123456789012345678901234567890", 1.2345678901234568e29),
        ("9007199254740993", 9_007_199_254_740_992), ("0.30000000000000004", 0.30000000000000004), ("1e22", 1e22),
        ("1e23", 1e23), ("5e-324", Double.leastNonzeroMagnitude), ("1e-400", 0),
        ("1.7976931348623157e308", 1.7976931348623157e308),
        ("2.5E+3", 2_500), ("100000000000000000000000e-23", 1), ("0e999999999999", 0),
        ("9007199254740992.5", 9007199254740992.5), ("8.41", 8.41), ("0.000001", 1e-6),
        ("9007199254740991e-5", 90071992547.40991),
    ])
    func `a number is the nearest double`(text: String, value: Double) throws {
        let number = try JSONParser.parse(text)
        #expect(number.double == value)
        #expect(number.double?.sign == value.sign)
        #expect(try JSONParser.parse(number.serialized) == number)
    }

    @Test func `random short decimals read as the standard library reads them`() throws {
        var state: UInt64 = 42
        for _ in 0..<20_000 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let text =
                "\(Int64(bitPattern: state) >> Int64(state % 60)).\(state >> 40)e\(Int(state >> 20 % 60) % 45 - 22)"
            try #require(JSONParser.parse(text).double == Double(text), "\(text)")
        }
    }

    @Test func `what is written reads back, and digits a double can't hold are kept`() throws {
        let text = #"{"b":[1,2.5,-3,1e+300,12345678901234567890,0.1234567890123456789],"a":"q\"\\\n\u0001é😀/","c":{}}"#
        #expect(try JSONParser.parse(text).serialized == text)
        #expect(JSONValue.number(JSONNumber(5.0)).serialized == "5")
        #expect(JSONValue.number(JSONNumber(0.1)).serialized == "0.1")
    }

    @Test(arguments: [
        ("1e-400", "0"), ("-1e-400", "-0.0"), ("0e-20000", "0"), ("0.1e-99999", "0"),
        ("1\(String(repeating: "0", count: 2_000))e-2000", "1"),
        ("0.\(String(repeating: "3", count: 17_000))", "0.3333333333333333"),
    ])
    func `a number that PostgreSQL could not read is written as its double`(text: String, written: String) throws {
        // jsonb keeps numbers as numeric, which ends 16383 digits behind the point and fails beyond.
        #expect(try JSONParser.parse(text).serialized == written)
    }

    @Test func `bytes are a string exactly where they are UTF-8`() {
        // Pieces of which some sequences are valid and most are not: starts, continuations, surrogates, overlong forms.
        let pieces: [[UInt8]] = [
            [0x61], [0xC3], [0xA9], [0xE2], [0x98], [0x82], [0xF0], [0x9F], [0x98, 0x80], [0xED, 0xA0], [0xC0, 0x80],
            [0xEF, 0xBF, 0xBD], [0xF4, 0x90], Array("a longer text without any".utf8), [0xF8], [0xFF],
        ]
        var state: UInt64 = 7
        for _ in 0..<20_000 {
            var contents: [UInt8] = []
            for _ in 0..<(state >> 60) % 7 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                contents += pieces[Int(state >> 33) % pieces.count]
            }
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let quote = [UInt8(ascii: "\"")]
            let expected = String(validating: contents, as: UTF8.self)
            // The second way is that of strings with an escape.
            for before in [[], Array(#"\n"#.utf8)] {
                let read = (try? JSONParser.parse(quote + before + contents + quote))?.string
                let wanted = expected.map { (before.isEmpty ? "" : "\n") + $0 }
                #expect(read.map { Array($0.utf8) } == wanted.map { Array($0.utf8) }, "\(contents)")
            }
        }
    }

    @Test func `the elements of an array are found without being read`() throws {
        let text = #" [ {"a":"]"} , 1e999,"\u0000", [[ ]] ] "#
        let bytes = Array(text.utf8)
        let ranges = try #require(try JSONParser.elements(of: bytes))
        #expect(
            ranges.map { String(decoding: bytes[$0], as: UTF8.self) } == [
                #"{"a":"]"}"#, "1e999", #""\u0000""#, "[[ ]]",
            ])
        #expect(try JSONParser.elements(of: Array("[]".utf8)) == [])
        #expect(try JSONParser.elements(of: Array("{}".utf8)) == nil)
    }
}
