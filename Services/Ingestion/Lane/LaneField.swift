/// One line of a request's head: where its name and its value stand.
struct LaneField {
    enum Reading {
        case incomplete
        /// Nothing that a field may be.
        case invalid
        case field(LaneField, next: Int)
        /// The empty line, and where the body begins.
        case end(Int)
    }

    let name: Range<Int>
    /// Without the blanks around it.
    let value: Range<Int>

    static func read(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Reading {
        var index = start
        while index < bytes.count, isToken(bytes[index]) { index += 1 }
        guard index < bytes.count else { return .incomplete }
        let name = start..<index
        if name.isEmpty {
            guard bytes[index] == carriageReturn else { return .invalid }
            return ended(bytes, at: index) { .end($0) }
        }
        guard bytes[index] == UInt8(ascii: ":") else { return .invalid }
        index += 1
        while index < bytes.count, bytes[index] == blank { index += 1 }
        let valueStart = index
        // Control characters apart, a value may hold anything. (NIO's parser takes tabs, but not everywhere.)
        while index < bytes.count, bytes[index] >= 0x20 && bytes[index] != 0x7F { index += 1 }
        guard index < bytes.count else { return .incomplete }
        guard bytes[index] == carriageReturn else { return .invalid }
        var valueEnd = index
        while valueEnd > valueStart, bytes[valueEnd - 1] == blank { valueEnd -= 1 }
        return ended(bytes, at: index) { .field(LaneField(name: name, value: valueStart..<valueEnd), next: $0) }
    }

    /// Whether its name is this one, which is written in lower case.
    func isNamed(_ expected: StaticString, _ bytes: UnsafeRawBufferPointer) -> Bool {
        Self.matches(name, expected, bytes)
    }

    /// Whether its value is this one, which is written in lower case, in whatever case.
    func has(_ expected: StaticString, _ bytes: UnsafeRawBufferPointer) -> Bool {
        Self.matches(value, expected, bytes)
    }

    private static func matches(
        _ range: Range<Int>, _ expected: StaticString, _ bytes: UnsafeRawBufferPointer
    ) -> Bool {
        guard range.count == expected.utf8CodeUnitCount else { return false }
        for (offset, index) in range.enumerated() {
            let byte = bytes[index]
            let lower = byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte
            if lower != expected.utf8Start[offset] { return false }
        }
        return true
    }

    /// The line feed after the carriage return at `index`.
    private static func ended(
        _ bytes: UnsafeRawBufferPointer, at index: Int, _ reading: (_ next: Int) -> Reading
    ) -> Reading {
        guard index + 1 < bytes.count else { return .incomplete }
        return bytes[index + 1] == UInt8(ascii: "\n") ? reading(index + 2) : .invalid
    }

    private static let carriageReturn = UInt8(ascii: "\r")

    private static let blank = UInt8(ascii: " ")

    /// Letters, digits and the few signs of RFC 9110, section 5.6.2, "Tokens".
    private static func isToken(_ byte: UInt8) -> Bool {
        if (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte &- UInt8(ascii: "0") < 10 { return true }
        return switch byte {
        case UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "!"), UInt8(ascii: "#"),
            UInt8(ascii: "$"), UInt8(ascii: "%"), UInt8(ascii: "&"), UInt8(ascii: "'"), UInt8(ascii: "*"),
            UInt8(ascii: "+"), UInt8(ascii: "^"), UInt8(ascii: "`"), UInt8(ascii: "|"), UInt8(ascii: "~"):
            true
        default: false
        }
    }
}
