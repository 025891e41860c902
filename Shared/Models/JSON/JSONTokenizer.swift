/// Finds the tokens of a document and builds nothing: what most events need.
///
/// It takes less than ``JSONParser``, and never anything else: a document that is refused, or that has more tokens or
/// members than it has room for, is left to the parser, which also says what is wrong.
struct JSONTokenizer {
    /// The most tokens of a document.
    static let tokenLimit = 256
    /// The most members of an object: each name is compared with those before it.
    private static let memberLimit = 32

    private let bytes: UnsafeBufferPointer<UInt8>
    private let tokens: UnsafeMutableBufferPointer<JSONToken>
    private var index = 0
    private var count = 0
    private var depth = 0
    /// How often something was met that compact JSON writes in another way.
    private var oddities = 0

    /// Calls `body` with the document's outermost value, valid for that call alone.
    ///
    /// - Returns: What `body` does; nil where the document is left to the parser.
    static func read<Result>(
        _ bytes: UnsafeBufferPointer<UInt8>, _ body: (JSONTokenValue) -> Result?
    ) -> Result? {
        guard bytes.count <= Int(Int32.max) else { return nil }
        return withUnsafeTemporaryAllocation(of: JSONToken.self, capacity: tokenLimit) { room in
            var tokenizer = JSONTokenizer(bytes: bytes, tokens: room)
            guard tokenizer.document() else { return nil }
            return body(JSONTokenValue(bytes: bytes, tokens: UnsafeBufferPointer(room), index: 0))
        }
    }

    private init(bytes: UnsafeBufferPointer<UInt8>, tokens: UnsafeMutableBufferPointer<JSONToken>) {
        self.bytes = bytes
        self.tokens = tokens
    }

    private mutating func document() -> Bool {
        skipSpace()
        guard value() else { return false }
        skipSpace()
        return index == bytes.count
    }

    private var peek: UInt8 { index < bytes.count ? bytes[index] : 0 }

    private mutating func skipSpace() {
        guard index < bytes.count, bytes[index] <= 0x20 else { return }
        let start = index
        while index < bytes.count, case let byte = bytes[index],
            byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
        {
            index += 1
        }
        if index > start { oddities += 1 }
    }

    private mutating func skip(_ byte: UInt8) -> Bool {
        guard index < bytes.count, bytes[index] == byte else { return false }
        index += 1
        return true
    }

    /// Adds a token that ends where reading stands.
    private mutating func add(
        _ kind: JSONToken.Kind, from start: Int, isCompact: Bool = true, hasEscape: Bool = false
    ) -> Bool {
        guard count < tokens.count else { return false }
        tokens[count] = JSONToken(
            kind: kind, isCompact: isCompact, hasEscape: hasEscape, start: UInt32(truncatingIfNeeded: start),
            end: UInt32(truncatingIfNeeded: index), next: UInt32(truncatingIfNeeded: count + 1))
        count += 1
        if !isCompact { oddities += 1 }
        return true
    }

    private mutating func value() -> Bool {
        switch peek {
        case UInt8(ascii: "\""): string()
        case UInt8(ascii: "{"): container(.object) { $0.object() }
        case UInt8(ascii: "["): container(.array) { $0.array() }
        case UInt8(ascii: "t"): literal("true", .true)
        case UInt8(ascii: "f"): literal("false", .false)
        case UInt8(ascii: "n"): literal("null", .null)
        default: number()
        }
    }

    private mutating func literal(_ text: StaticString, _ kind: JSONToken.Kind) -> Bool {
        let start = index
        let matches = text.withUTF8Buffer { expected in
            start + expected.count <= bytes.count
                && UTF8Order.equal(UnsafeBufferPointer(rebasing: bytes[start..<start + expected.count]), expected)
        }
        guard matches else { return false }
        index += text.utf8CodeUnitCount
        return add(kind, from: start)
    }

    // MARK: Arrays and objects

    private mutating func container(_ kind: JSONToken.Kind, _ contents: (inout JSONTokenizer) -> Bool) -> Bool {
        let (token, oddities) = (count, oddities)
        guard depth < JSONParser.nestingLimit, add(kind, from: index) else { return false }
        depth += 1
        index += 1
        skipSpace()
        guard contents(&self) else { return false }
        depth -= 1
        tokens[token].end = UInt32(truncatingIfNeeded: index)
        tokens[token].next = UInt32(truncatingIfNeeded: count)
        tokens[token].isCompact = self.oddities == oddities
        return true
    }

    private mutating func array() -> Bool {
        if skip(UInt8(ascii: "]")) { return true }
        while value() {
            skipSpace()
            if skip(UInt8(ascii: "]")) { return true }
            guard skip(UInt8(ascii: ",")) else { return false }
            skipSpace()
        }
        return false
    }

    private mutating func object() -> Bool {
        if skip(UInt8(ascii: "}")) { return true }
        let first = count
        var members = 0
        while true {
            guard peek == UInt8(ascii: "\""), members < Self.memberLimit else { return false }
            let name = count
            // A name with an escape in it is rare, and would have to be compared by what it stands for.
            guard string(), !tokens[name].hasEscape, isNew(name, from: first) else { return false }
            members += 1
            skipSpace()
            guard skip(UInt8(ascii: ":")) else { return false }
            skipSpace()
            guard value() else { return false }
            skipSpace()
            if skip(UInt8(ascii: "}")) { return true }
            guard skip(UInt8(ascii: ",")) else { return false }
            skipSpace()
        }
    }

    private func isNew(_ name: Int, from first: Int) -> Bool {
        let (start, end) = (Int(tokens[name].start), Int(tokens[name].end))
        var other = first
        while other < name {
            let token = tokens[other]
            if Int(token.end) - Int(token.start) == end - start,
                UTF8Order.equal(
                    UnsafeBufferPointer(rebasing: bytes[Int(token.start)..<Int(token.end)]),
                    UnsafeBufferPointer(rebasing: bytes[start..<end]))
            {
                return false
            }
            other = Int(tokens[other + 1].next)
        }
        return true
    }

    // MARK: Strings and numbers

    private mutating func string() -> Bool {
        let start = index
        index += 1
        var isASCII = true
        var isEscaped = false
        while true {
            index = ByteSearch.endOfPlainText(in: UnsafeRawBufferPointer(bytes), from: index)
            guard index < bytes.count else { return false }
            switch bytes[index] {
            case UInt8(ascii: "\""):
                index += 1
                guard isEscaped || !isASCII else { return add(.string, from: start) }
                return unusualString(from: start, isEscaped: isEscaped)
            case UInt8(ascii: "\\"):
                isEscaped = true
                index += 2
            case 0x80...:
                isASCII = false
                index += 1
            default: return false
            }
        }
    }

    /// A string with an escape, or with more than ASCII, is read as the parser reads it.
    private mutating func unusualString(from start: Int, isEscaped: Bool) -> Bool {
        let contents = UnsafeBufferPointer(rebasing: bytes[start..<index])
        var scanner = JSONScanner(contents)
        guard let read = try? scanner.string(), read.fault == nil, scanner.isAtEnd else { return false }
        // Only what JSON demands is escaped when it is written again.
        let isCompact = !isEscaped || JSONValue.string(read.string).utf8.elementsEqual(contents)
        return add(.string, from: start, isCompact: isCompact, hasEscape: isEscaped)
    }

    private mutating func number() -> Bool {
        let start = index
        let isNegative = skip(UInt8(ascii: "-"))
        let first = index
        while index < bytes.count, bytes[index] &- UInt8(ascii: "0") <= 9 { index += 1 }
        let digits = index - first
        // A short whole number is written as it stands.
        if (1...15).contains(digits), bytes[first] != UInt8(ascii: "0") || (digits == 1 && !isNegative),
            peek != UInt8(ascii: "."), peek | 0x20 != UInt8(ascii: "e")
        {
            return add(.number, from: start)
        }
        var scanner = JSONScanner(UnsafeBufferPointer(rebasing: bytes[start...]))
        guard let number = try? scanner.number() else { return false }
        index = start + scanner.index
        let written = UnsafeBufferPointer(rebasing: bytes[start..<index])
        return add(.number, from: start, isCompact: number.description.utf8.elementsEqual(written))
    }
}
