/// Reads JSON's tokens from bytes. Valid only while the bytes are.
struct JSONScanner {
    private let bytes: UnsafeBufferPointer<UInt8>
    private(set) var index = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { index >= bytes.count }
    /// The next byte; 0, which begins no token, at the end.
    var peek: UInt8 { index < bytes.count ? bytes[index] : 0 }

    mutating func advance() {
        index += 1
    }

    mutating func skip(_ byte: UInt8) -> Bool {
        guard peek == byte, !isAtEnd else { return false }
        index += 1
        return true
    }

    mutating func skipSpace() {
        while index < bytes.count {
            switch bytes[index] {
            case 0x20, 0x0A, 0x0D, 0x09: index += 1
            default: return
            }
        }
    }

    mutating func literal(_ text: StaticString) throws(JSONProblem) {
        let matches = text.withUTF8Buffer { expected in
            index + expected.count <= bytes.count && bytes[index..<index + expected.count].elementsEqual(expected)
        }
        guard matches else { throw syntax("expected a value") }
        index += text.utf8CodeUnitCount
    }

    /// Reads a string from its opening quote on. `fault` says what in it is refused, though it is JSON.
    mutating func string() throws(JSONProblem) -> (string: String, fault: String?) {
        index += 1
        let start = index
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\""):
                guard let string = Self.string(of: UnsafeBufferPointer(rebasing: bytes[start..<index])) else {
                    index = start
                    throw syntax("expected UTF-8")
                }
                index += 1
                return (string, nil)
            case UInt8(ascii: "\\"): return try escapedString(from: start)
            case 0..<0x20: throw syntax("expected no control character in a string")
            default: index += 1
            }
        }
        throw syntax("expected a closing quote")
    }

    /// The string of these bytes; nil where they are not UTF-8.
    ///
    /// Decoding replaces what is no UTF-8, so bytes that came through unchanged are valid. `String(validating:)` would
    /// say the same, but looks its generic types up at run time for each string: a tenth of the time of a whole event.
    private static func string(of contents: UnsafeBufferPointer<UInt8>) -> String? {
        let string = String(decoding: contents, as: UTF8.self)
        guard string.utf8.count == contents.count else { return nil }
        let isSame = string.utf8.withContiguousStorageIfAvailable { UTF8Order.equal($0, contents) }
        return isSame ?? string.utf8.elementsEqual(contents) ? string : nil
    }

    /// Goes on with a string at its first escape.
    private mutating func escapedString(from start: Int) throws(JSONProblem) -> (string: String, fault: String?) {
        var contents = Array(bytes[start..<index])
        var fault: String?
        while index < bytes.count {
            let byte = bytes[index]
            switch byte {
            case UInt8(ascii: "\""):
                guard let string = contents.withUnsafeBufferPointer(Self.string) else {
                    index = start
                    throw syntax("expected UTF-8")
                }
                index += 1
                return (string, fault)
            case UInt8(ascii: "\\"):
                let scalar = try escape()
                if scalar == "\0" { fault = fault ?? "expected a string without U+0000" }
                if scalar == nil { fault = fault ?? "expected a string without unpaired surrogates" }
                contents.append(contentsOf: UTF8.encode(scalar ?? "\u{FFFD}") ?? UTF8.encodedReplacementCharacter)
            case 0..<0x20: throw syntax("expected no control character in a string")
            default:
                contents.append(byte)
                index += 1
            }
        }
        throw syntax("expected a closing quote")
    }

    /// Reads an escape from its backslash on; nil for an unpaired surrogate.
    private mutating func escape() throws(JSONProblem) -> Unicode.Scalar? {
        index += 1
        let byte = peek
        if byte == UInt8(ascii: "u") { return try unicodeEscape() }
        let scalar: Unicode.Scalar
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): scalar = Unicode.Scalar(byte)
        case UInt8(ascii: "b"): scalar = "\u{8}"
        case UInt8(ascii: "f"): scalar = "\u{C}"
        case UInt8(ascii: "n"): scalar = "\n"
        case UInt8(ascii: "r"): scalar = "\r"
        case UInt8(ascii: "t"): scalar = "\t"
        default: throw syntax("expected an escape of JSON after \\")
        }
        index += 1
        return scalar
    }

    private mutating func unicodeEscape() throws(JSONProblem) -> Unicode.Scalar? {
        let first = try codeUnit()
        guard UTF16.isLeadSurrogate(first) else { return Unicode.Scalar(first) }
        // A lead pairs with a trail right behind it; anything else is read on its own.
        guard peek == UInt8(ascii: "\\"), index + 1 < bytes.count, bytes[index + 1] == UInt8(ascii: "u") else {
            return nil
        }
        let behindFirst = index
        index += 1
        let second = try codeUnit()
        guard UTF16.isTrailSurrogate(second) else {
            index = behindFirst
            return nil
        }
        return Unicode.Scalar(0x10000 + (UInt32(first) & 0x3FF) << 10 + UInt32(second) & 0x3FF)
    }

    /// Reads `u` and four hexadecimal digits.
    private mutating func codeUnit() throws(JSONProblem) -> UInt16 {
        index += 1
        var value: UInt16 = 0
        for _ in 0..<4 {
            let digit: UInt8
            switch peek {
            case let byte where byte &- UInt8(ascii: "0") <= 9: digit = byte - UInt8(ascii: "0")
            case let byte where (byte | 0x20) &- UInt8(ascii: "a") <= 5: digit = (byte | 0x20) - UInt8(ascii: "a") + 10
            default: throw syntax("expected four hexadecimal digits after \\u")
            }
            value = value << 4 | UInt16(digit)
            index += 1
        }
        return value
    }

    /// A syntax error at the place that is read.
    func syntax(_ detail: String) -> JSONProblem {
        problem(isAtEnd ? "\(detail), got the end" : detail, at: min(index, bytes.count), kind: .syntax)
    }

    func problem(_ detail: String, at offset: Int, kind: JSONProblem.Kind, pointer: String = "") -> JSONProblem {
        let before = bytes[0..<offset]
        let line = before.reduce(1) { $1 == UInt8(ascii: "\n") ? $0 + 1 : $0 }
        let column = offset - (before.lastIndex(of: UInt8(ascii: "\n")) ?? -1)
        return JSONProblem(kind: kind, pointer: pointer, offset: offset, line: line, column: column, detail: detail)
    }

    func text(from start: Int) -> String {
        String(decoding: bytes[start..<index], as: UTF8.self)
    }
}
