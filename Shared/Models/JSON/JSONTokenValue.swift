/// A value of a document whose tokens are known. Valid only while the bytes and the tokens are.
struct JSONTokenValue {
    private let bytes: UnsafeBufferPointer<UInt8>
    private let tokens: UnsafeBufferPointer<JSONToken>
    private let index: Int

    init(bytes: UnsafeBufferPointer<UInt8>, tokens: UnsafeBufferPointer<JSONToken>, index: Int) {
        self.bytes = bytes
        self.tokens = tokens
        self.index = index
    }

    private var token: JSONToken { tokens[index] }

    private func value(at index: Int) -> JSONTokenValue { JSONTokenValue(bytes: bytes, tokens: tokens, index: index) }

    /// Its bytes as they were sent.
    private var sent: UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(rebasing: bytes[Int(token.start)..<Int(token.end)])
    }

    /// A string's bytes without the quotes. What they stand for is the same where there is no escape among them.
    private var contents: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(rebasing: sent[1..<sent.count - 1]) }

    /// Appends compact JSON as UTF-8: what ``JSONValue/write(into:)`` writes of the same value.
    func write(into bytes: inout [UInt8]) {
        if token.isCompact {
            bytes.append(contentsOf: sent)
            return
        }
        switch token.kind {
        case .null, .false, .true, .number, .string: tree.write(into: &bytes)
        case .array, .object:
            let isObject = token.kind == .object
            bytes.append(isObject ? UInt8(ascii: "{") : UInt8(ascii: "["))
            var item = index + 1
            while item < token.next {
                if item > index + 1 { bytes.append(UInt8(ascii: ",")) }
                if isObject {
                    bytes.append(contentsOf: value(at: item).sent)
                    bytes.append(UInt8(ascii: ":"))
                    item += 1
                }
                value(at: item).write(into: &bytes)
                item = Int(tokens[item].next)
            }
            bytes.append(isObject ? UInt8(ascii: "}") : UInt8(ascii: "]"))
        }
    }

    /// Compact JSON of an object with these members, as UTF-8; nil where there are none.
    ///
    /// - Parameter members: Their names are such as need no escapes.
    static func object(_ members: [(name: String, value: JSONTokenValue)]) -> [UInt8]? {
        guard !members.isEmpty else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(128)
        for (name, value) in members {
            bytes.append(contentsOf: (bytes.isEmpty ? "{\"" : ",\"").utf8)
            bytes.append(contentsOf: name.utf8)
            bytes.append(contentsOf: "\":".utf8)
            value.write(into: &bytes)
        }
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }

    /// Compact JSON as UTF-8.
    var utf8: [UInt8] {
        if token.isCompact { return Array(sent) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(sent.count)
        write(into: &bytes)
        return bytes
    }
}

extension JSONTokenValue: ReadableValue {
    var kind: String {
        switch token.kind {
        case .null: "null"
        case .false, .true: "a boolean"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }

    var isNull: Bool { token.kind == .null }

    var bool: Bool? {
        switch token.kind {
        case .true: true
        case .false: false
        default: nil
        }
    }

    var double: Double? {
        guard token.kind == .number else { return nil }
        var scanner = JSONScanner(sent)
        // It was read once before.
        return (try? scanner.number())?.value
    }

    var string: String? {
        guard token.kind == .string else { return nil }
        guard token.hasEscape else { return String(decoding: contents, as: UTF8.self) }
        var scanner = JSONScanner(sent)
        return (try? scanner.string())?.string
    }

    var array: [JSONTokenValue]? {
        guard token.kind == .array else { return nil }
        var elements: [JSONTokenValue] = []
        var element = index + 1
        while element < token.next {
            elements.append(value(at: element))
            element = Int(tokens[element].next)
        }
        return elements
    }

    var object: JSONTokenMembers? { token.kind == .object ? JSONTokenMembers(object: self) : nil }

    /// What was read once, without anything refused in it, is read again.
    var tree: JSONValue { (try? JSONParser.parse(sent)) ?? .null }

    func withUTF8<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result? {
        guard token.kind == .string else { return nil }
        guard token.hasEscape else { return body(contents) }
        var string = string ?? ""
        return string.withUTF8(body)
    }

    static func decoded(_ bytes: [UInt8]) throws(JSONProblem) -> JSONTokenValue {
        throw JSONProblem(kind: .content, pointer: "", offset: 0, line: 1, column: 1, detail: "left to the parser")
    }
}

/// The members of an object whose tokens are known. Its names have no escapes: others are left to the parser.
struct JSONTokenMembers {
    fileprivate let object: JSONTokenValue
}

extension JSONTokenMembers: ReadableMembers {
    subscript(_ name: String) -> JSONTokenValue? {
        var name = name
        return name.withUTF8 { object.member($0) }
    }

    func others(than names: [String]) -> [(name: String, value: JSONTokenValue)] {
        var others: [(name: String, value: JSONTokenValue)] = []
        object.forEachMember { name, value in
            let isNamed = names.contains { known in
                var known = known
                return known.utf8.count == name.count && known.withUTF8 { UTF8Order.equal($0, name) }
            }
            if !isNamed { others.append((String(decoding: name, as: UTF8.self), value)) }
        }
        return others
    }

    /// - Throws: Where anything is to be removed: that is left to the parser.
    func minimised(by rules: MinimisationRules) throws(Problem) -> JSONTokenMembers {
        guard !object.hasMember(where: rules.isNamed) else { throw .leftToTheParser }
        return self
    }
}

extension JSONTokenMembers {
    var utf8: [UInt8] { object.utf8 }
}

extension Problem {
    /// Told to nobody: the parser reads the event again.
    fileprivate static let leftToTheParser = Problem(
        pointer: "", title: "Left to the parser", detail: "", kind: .content)
}

extension JSONTokenValue {
    fileprivate func forEachMember(_ body: (UnsafeBufferPointer<UInt8>, JSONTokenValue) -> Void) {
        var name = index + 1
        while name < token.next {
            body(value(at: name).contents, value(at: name + 1))
            name = Int(tokens[name + 1].next)
        }
    }

    fileprivate func member(_ wanted: UnsafeBufferPointer<UInt8>) -> JSONTokenValue? {
        let length = wanted.count + 2
        var name = index + 1
        while name < token.next {
            if Int(tokens[name].end - tokens[name].start) == length,
                UTF8Order.equal(value(at: name).contents, wanted)
            {
                return value(at: name + 1)
            }
            name = Int(tokens[name + 1].next)
        }
        return nil
    }

    /// Whether a member here or further in has a name that satisfies `isWanted`.
    fileprivate func hasMember(where isWanted: (UnsafeBufferPointer<UInt8>) -> Bool) -> Bool {
        var item = index + 1
        while item < token.next {
            if token.kind == .object {
                if isWanted(value(at: item).contents) { return true }
                item += 1
            }
            if tokens[item].next > item + 1, value(at: item).hasMember(where: isWanted) { return true }
            item = Int(tokens[item].next)
        }
        return false
    }
}
