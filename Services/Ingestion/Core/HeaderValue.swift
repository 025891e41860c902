/// The value of a `ce-` header field.
///
/// Source: CloudEvents 1.0, HTTP Protocol Binding, section 3.1.3.2, "HTTP Header Values": quotes are undone first, then
/// the percent-encoding of UTF-8.
enum HeaderValue {
    /// - Returns: `nil` where the bytes are not UTF-8, or hold U+0000.
    static func decode(_ value: String) -> String? {
        let bytes = percentDecoded(unquoted(Array(value.utf8)))
        guard !bytes.contains(0) else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func unquoted(_ value: [UInt8]) -> [UInt8] {
        let quote = UInt8(ascii: "\"")
        guard value.count >= 2, value.first == quote, value.last == quote else { return value }
        var bytes: [UInt8] = []
        var rest = value[1..<(value.count - 1)]
        while let byte = rest.popFirst() {
            bytes.append(byte == UInt8(ascii: "\\") ? rest.popFirst() ?? byte : byte)
        }
        return bytes
    }

    /// A `%` that two hexadecimal digits do not follow stands for itself.
    private static func percentDecoded(_ value: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        var index = 0
        while index < value.count {
            if value[index] == UInt8(ascii: "%"), index + 2 < value.count,
                let high = digit(value[index + 1]), let low = digit(value[index + 2])
            {
                bytes.append(high << 4 | low)
                index += 3
            } else {
                bytes.append(value[index])
                index += 1
            }
        }
        return bytes
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
