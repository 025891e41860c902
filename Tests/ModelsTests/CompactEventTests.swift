import Foundation
import Testing

@testable import Models

/// Events read from their bytes against the same events read from a tree.
@Suite struct CompactEventTests {
    private static func compact(_ bytes: [UInt8], _ rules: Minimisation = .standard) -> CompactEvent? {
        bytes.withUnsafeBufferPointer { EventReader.readCompact($0, minimising: rules) }
    }

    private static func rewritten(_ bytes: [UInt8]) -> [UInt8]? {
        bytes.withUnsafeBufferPointer { JSONTokenizer.read($0) { value in value.utf8 } }
    }

    private static func golden(_ name: String) throws -> [[UInt8]] {
        let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        return [UInt8](try Data(contentsOf: tests.appending(path: "Golden/\(name).events.ndjson")))
            .split(separator: UInt8(ascii: "\n")).map(Array.init)
    }

    private static let catalogue = CatalogueEntry.all.flatMap { entry in
        [entry.event(entry.data()), entry.event(entry.data(requiredOnly: true))]
            + entry.members.flatMap { member in
                (member.good + member.bad.map { String($0.prefix { $0 != "@" }) })
                    .map { entry.event(entry.data([member.name: $0])) }
            }
    }.map { Array($0.utf8) }

    /// What is read from bytes is what is read from a tree, to the byte that is stored.
    ///
    /// - Returns: Whether it was read from the bytes.
    @discardableResult
    private static func check(_ bytes: [UInt8], _ rules: Minimisation = .standard) throws -> Bool {
        guard let compact = compact(bytes, rules) else { return false }
        let text = String(decoding: bytes, as: UTF8.self)
        guard let validated = try? EventReader.read(try JSONParser.parse(bytes), minimising: rules) else {
            Issue.record("accepted, though it is refused: \(text)")
            return true
        }
        let event = validated.event
        try #require(compact.identity == event.identity && compact.type == event.type, "\(text)")
        try #require(compact.time == event.time && compact.subject == event.subject, "\(text)")
        try #require(compact.personalLearning == (event.payload.isPersonalLearning ? event.payload : nil), "\(text)")
        let judged = bytes.withUnsafeBufferPointer {
            JSONTokenizer.read($0) { try? EventReader.judge($0, minimising: rules).event }
        }
        try #require(judged == event, "\(text)")
        try #require(compact.data == validated.data.utf8, "\(text)")
        let attributes = validated.attributes.isEmpty ? nil : JSONValue.object(validated.attributes).utf8
        try #require(compact.attributes == attributes, "\(text)")
        return true
    }

    @Test(arguments: ["tiny", "small", "edges"])
    func `every golden event is read from its bytes`(name: String) throws {
        for line in try Self.golden(name) {
            try #require(try Self.check(line), "\(String(decoding: line, as: UTF8.self))")
        }
    }

    @Test func `whatever the tree's reader accepts of the catalogue is read from its bytes, and nothing else`() throws {
        for bytes in Self.catalogue {
            let accepted = (try? EventReader.read(try JSONParser.parse(bytes))) != nil
            try #require(try Self.check(bytes) == accepted, "\(String(decoding: bytes, as: UTF8.self))")
        }
    }

    @Test func `escapes, white space, numbers and attributes are written as a tree writes them`() throws {
        let event = CatalogueEntry.all[9].event(
            #" { "person" : "p", "coach":"é😀☂" ,"x": "a\u00e9\ud83d\ude00\/\b\n\"\\", "deep" : [ [ ], { } , {"a":[1 , "\t"] } ],"#
                + #""n":[1.0,-0,1e3,0.1,2.50,1E-2,12345678901234567890,0.12345678901234567890,1e-400,9007199254740993,"#
                + #"123456789012345,-7,0]} "#)
        let attributes =
            #""sequence":7,"flag":true,"gone":null,"traceparent":"a\u0062","dataschema":"https:\/\/x","type""#
        #expect(try Self.check(Array(event.utf8)))
        #expect(try Self.check(Array(event.replacing(#""type""#, with: attributes, maxReplacements: 1).utf8)))
    }

    @Test(arguments: [
        // Refused by the parser.
        #""x":1,"x":2"#, #""x":"\u0000""#, #""x":"\ud800""#, #""x":1e400"#, #""x":01"#, #""x":.5"#, #""x":"a"#,
        #""x":tru"#,
        #""x":\#(String(repeating: "[", count: 63) + String(repeating: "]", count: 63))"#, #""x":"\x""#, "\"x\":\"\t\"",
        #""x":[1,]"#, #""x":{"a":1,}"#, #""x":{"a" 1}"#, #""x""#,
        // Left to the tree.
        #""notes":"n""#, #""x":[{"y":{"emotion":null}}]"#, #""\u0078":1"#,
        "\"x\":[\(Array(repeating: "1", count: 260).joined(separator: ","))]",
    ])
    func `what is refused, and what asks for more than a look, is not read from its bytes`(member: String) throws {
        let event = CatalogueEntry.all[9].event(#"{"person":"p","coach":"c",\#(member)}"#)
        #expect(Self.compact(Array(event.utf8)) == nil)
    }

    @Test func `a source's own rules decide what is looked for`() throws {
        let event = Array(CatalogueEntry.all[9].event(#"{"person":"p","coach":"c","mood":1,"é":2}"#).utf8)
        func rules(_ names: Set<String>) -> Minimisation {
            Minimisation(.none, sources: [.init(prefix: "/t", rules: MinimisationRules(names: names))])
        }
        #expect(try Self.check(event, rules([])))
        #expect(Self.compact(event, rules(["mood"])) == nil)
        #expect(Self.compact(event, rules(["x", "é"])) == nil)
        #expect(try Self.check(event, rules(["doom", "mo", "ö"])))
    }

    /// Bytes that change what a document means, where they are put.
    private static let pieces =
        [
            "\"", "\\", "{", "}", "[", "]", ",", ":", " ", "\n", "\t", "0", "1", "-", ".", "e", "\\u0000", "\\u0041",
            "\\ud83d\\ude00", "\\ud83d", "null", "true", "1e5", "1.50", "-0", "\"x\":1,", "\"notes\":1,", "\"\":[],",
            "é",
            "\u{1F600}", "\"id\":\"2\",", "\"data_base64\":\"e30=\",", "\"time\":\"2026-01-01T00:00:00z\",", "\"A\":1,",
        ].map { Array($0.utf8) } + [[0], [0x1F], [0x7F], [0x80], [0xC3], [0xFF]]

    @Test(arguments: 0..<8)
    func `events with something changed in them are judged alike both ways`(seed: UInt64) throws {
        var random = RandomSource(seed: seed)
        let originals = try Self.golden("edges") + Self.catalogue.filter { Self.compact($0) != nil }
        var (accepted, rewritten) = (0, 0)
        for _ in 0..<3_000 {
            guard var bytes = random.pick(originals) else { continue }
            for _ in 0..<random.int(in: 1...2) { Self.change(&bytes, &random) }
            if try Self.check(bytes) { accepted += 1 }
            // Whether or not it is an event.
            guard let compact = Self.rewritten(bytes) else { continue }
            try #require(compact == (try? JSONParser.parse(bytes))?.utf8, "\(String(decoding: bytes, as: UTF8.self))")
            rewritten += 1
        }
        #expect(accepted > 100 && rewritten >= accepted)
    }

    private static func change(_ bytes: inout [UInt8], _ random: inout RandomSource) {
        let place = random.int(in: 0...bytes.count - 1)
        switch random.int(in: 0...5) {
        case 0: bytes.insert(contentsOf: random.pick(pieces) ?? [], at: place)
        case 1: bytes.removeSubrange(place..<min(place + random.int(in: 1...4), bytes.count - 1))
        case 2: bytes[place] = UInt8(random.int(in: 0...255))
        case 3:
            // A part of the event once more: members that stand twice, values of other kinds.
            let end = min(place + random.int(in: 1...40), bytes.count)
            bytes.insert(contentsOf: bytes[place..<end], at: random.int(in: 0...bytes.count))
        default:
            // Between two tokens, where more of it is JSON still.
            let between = bytes.indices.filter { [0x22, 0x2C, 0x3A, 0x5B, 0x7B].contains(bytes[$0]) }
            bytes.insert(contentsOf: random.pick(pieces) ?? [], at: (random.pick(between) ?? place) + 1)
        }
    }

    @Test func `texts of any length end where they end`() throws {
        for length in 0...40 {
            for place in 0...length {
                for piece in ["\"", "\\n", "\u{1F}", "é", "\u{7F}", "\\\"", " ", "!", "#", "[", "]"] {
                    var text = String(repeating: "a", count: length)
                    text.insert(contentsOf: piece, at: text.index(text.startIndex, offsetBy: place))
                    let bytes = Array("\"\(text)\"".utf8)
                    let read = Self.rewritten(bytes)
                    try #require(read == (try? JSONParser.parse(bytes))?.utf8, "\(text)")
                }
            }
        }
    }

    @Test func `a byte is found where it first stands`() {
        for length in 0...20 {
            for place in 0...length {
                var bytes = [UInt8](repeating: UInt8(ascii: "\u{B}"), count: length)
                bytes.insert(UInt8(ascii: "\n"), at: place)
                bytes += [0x0A, 0x0B]
                for start in 0...place {
                    #expect(bytes.withUnsafeBytes { ByteSearch.first(0x0A, in: $0, from: start) } == place)
                }
                #expect(bytes.withUnsafeBytes { ByteSearch.first(0xFF, in: $0, from: 0) } == nil)
            }
        }
    }
}
