/// Reads JSON (RFC 8259) from UTF-8 bytes, more strictly than most: duplicate member names, U+0000, unpaired
/// surrogates, numbers that overflow a double and deep nesting are refused.
///
/// Bytes are read once, without a tokeniser and without Foundation; the hot path of ingestion.
package struct JSONParser {
    /// The most levels of arrays and objects, the outermost included.
    package static let nestingLimit = 64

    var scanner: JSONScanner
    private var depth = 0
    /// The first thing that is refused though it is JSON. Reading goes on behind it, because a syntax error counts more.
    private var refusal: (offset: Int, detail: String, pointer: String)?
    /// Where we are; kept only on the second reading, which a refusal causes to find its pointer.
    private var path: [String]?

    private init(_ bytes: UnsafeBufferPointer<UInt8>, tracksPath: Bool) {
        scanner = JSONScanner(bytes)
        path = tracksPath ? [] : nil
    }

    /// Reads one document.
    ///
    /// - Throws: ``JSONProblem``: of kind `syntax` where there is any error of syntax (text after the value, and bytes
    ///   that are not UTF-8, included), else of kind `content` for the first thing that is refused.
    package static func parse(_ bytes: UnsafeBufferPointer<UInt8>) throws(JSONProblem) -> JSONValue {
        var parser = JSONParser(bytes, tracksPath: false)
        let value = try parser.document()
        guard parser.refusal != nil else { return value }
        var again = JSONParser(bytes, tracksPath: true)
        _ = try again.document()
        guard let refusal = again.refusal else { return value }
        throw again.scanner.problem(
            refusal.detail, at: refusal.offset, kind: .content, pointer: refusal.pointer)
    }

    package static func parse(_ bytes: UnsafeRawBufferPointer) throws(JSONProblem) -> JSONValue {
        try parse(bytes.assumingMemoryBound(to: UInt8.self))
    }

    package static func parse(_ bytes: some Collection<UInt8>) throws(JSONProblem) -> JSONValue {
        let direct = bytes.withContiguousStorageIfAvailable { contents in
            Result { () throws(JSONProblem) -> JSONValue in try parse(contents) }
        }
        if let direct { return try direct.get() }
        let copy = ContiguousArray(bytes)
        let result = copy.withUnsafeBufferPointer { contents in
            Result { () throws(JSONProblem) -> JSONValue in try parse(contents) }
        }
        return try result.get()
    }

    package static func parse(_ text: String) throws(JSONProblem) -> JSONValue { try parse(text.utf8) }

    private mutating func document() throws(JSONProblem) -> JSONValue {
        scanner.skipSpace()
        let value = try value()
        scanner.skipSpace()
        guard scanner.isAtEnd else { throw scanner.syntax("expected nothing after the value") }
        return value
    }

    private mutating func value() throws(JSONProblem) -> JSONValue {
        switch scanner.peek {
        case UInt8(ascii: "\""):
            let start = scanner.index
            let text = try scanner.string()
            if let fault = text.fault { refuse(fault, at: start) }
            return .string(text.string)
        case UInt8(ascii: "{"): return try nested { parser throws(JSONProblem) in try parser.object() }
        case UInt8(ascii: "["): return try nested { parser throws(JSONProblem) in try parser.array() }
        case UInt8(ascii: "t"):
            try scanner.literal("true")
            return .bool(true)
        case UInt8(ascii: "f"):
            try scanner.literal("false")
            return .bool(false)
        case UInt8(ascii: "n"):
            try scanner.literal("null")
            return .null
        default:
            let start = scanner.index
            guard let number = try scanner.number() else {
                refuse("expected a number within the range of a double", at: start)
                return .null
            }
            return .number(number)
        }
    }

    private mutating func nested(
        _ read: (inout JSONParser) throws(JSONProblem) -> JSONValue
    ) throws(JSONProblem) -> JSONValue {
        guard depth < Self.nestingLimit else {
            refuse("expected at most \(Self.nestingLimit) levels of arrays and objects", at: scanner.index)
            // Without recursion: a body may nest millions deep.
            try scanner.skipValue()
            return .null
        }
        depth += 1
        let value = try read(&self)
        depth -= 1
        return value
    }

    private mutating func array() throws(JSONProblem) -> JSONValue {
        var elements: [JSONValue] = []
        scanner.advance()
        scanner.skipSpace()
        if scanner.skip(UInt8(ascii: "]")) { return .array(elements) }
        while true {
            path?.append(String(elements.count))
            elements.append(try value())
            path?.removeLast()
            scanner.skipSpace()
            if scanner.skip(UInt8(ascii: ",")) {
                scanner.skipSpace()
            } else if scanner.skip(UInt8(ascii: "]")) {
                return .array(elements)
            } else {
                throw scanner.syntax("expected , or ] in an array")
            }
        }
    }

    private mutating func object() throws(JSONProblem) -> JSONValue {
        var members: [JSONObject.Member] = []
        var names = UniqueNames()
        scanner.advance()
        scanner.skipSpace()
        if scanner.skip(UInt8(ascii: "}")) { return .object(JSONObject()) }
        members.reserveCapacity(8)
        while true {
            guard scanner.peek == UInt8(ascii: "\"") else { throw scanner.syntax("expected a member's name in quotes") }
            let start = scanner.index
            let name = try scanner.string()
            if let fault = name.fault { refuse(fault, at: start) }
            scanner.skipSpace()
            guard scanner.skip(UInt8(ascii: ":")) else { throw scanner.syntax("expected : after a member's name") }
            scanner.skipSpace()
            path?.append(name.string)
            let isNew = names.insert(name.string, into: members)
            if !isNew { refuse("expected no member's name twice in an object", at: start) }
            let value = try value()
            if isNew { members.append(JSONObject.Member(name: name.string, value: value)) }
            path?.removeLast()
            scanner.skipSpace()
            if scanner.skip(UInt8(ascii: ",")) {
                scanner.skipSpace()
            } else if scanner.skip(UInt8(ascii: "}")) {
                return .object(JSONObject(uniqueMembers: members))
            } else {
                throw scanner.syntax("expected , or } in an object")
            }
        }
    }

    private mutating func refuse(_ detail: String, at offset: Int) {
        guard refusal == nil else { return }
        let pointer = (path ?? []).reduce("") { JSONPointer.appending($1, to: $0) }
        refusal = (offset, detail, pointer)
    }
}

/// Finds a name that stands twice: by looking through a small object, by a set in a large one, so that a hostile event
/// of many members costs no more than its length.
private struct UniqueNames {
    private struct Name: Hashable {
        let text: String
        static func == (left: Name, right: Name) -> Bool { UTF8Order.equal(left.text, right.text) }
        func hash(into hasher: inout Hasher) { UTF8Order.hash(text, into: &hasher) }
    }

    private static let smallObject = 16
    private var seen: Set<Name> = []

    /// False where `name` is one of `members` already.
    mutating func insert(_ name: String, into members: [JSONObject.Member]) -> Bool {
        if members.count < Self.smallObject {
            for index in members.indices where UTF8Order.equal(members[index].name, name) { return false }
            return true
        }
        if seen.isEmpty { seen = Set(members.map { Name(text: $0.name) }) }
        return seen.insert(Name(text: name)).inserted
    }
}
