import Logging

/// Log values as JSON text, written straight into bytes: a log line must not need a tree of values first.
enum LogText {
    static func append(_ value: Logger.MetadataValue, to line: inout [UInt8]) {
        switch value {
        case .string(let text):
            appendQuoted(text, to: &line)
        case .stringConvertible(let value):
            switch value {
            case let number as any BinaryInteger: line.append(contentsOf: "\(number)".utf8)
            case let flag as Bool: line.append(contentsOf: flag ? "true".utf8 : "false".utf8)
            case let number as Double where number.isFinite: line.append(contentsOf: "\(number)".utf8)
            default: appendQuoted(value.description, to: &line)
            }
        case .array(let values):
            line.append(UInt8(ascii: "["))
            for (index, value) in values.enumerated() {
                if index > 0 { line.append(UInt8(ascii: ",")) }
                append(value, to: &line)
            }
            line.append(UInt8(ascii: "]"))
        case .dictionary(let members):
            line.append(UInt8(ascii: "{"))
            for (index, member) in members.sorted(by: { $0.key < $1.key }).enumerated() {
                if index > 0 { line.append(UInt8(ascii: ",")) }
                appendQuoted(member.key, to: &line)
                line.append(UInt8(ascii: ":"))
                append(isCredential(member.key) ? "<private>" : member.value, to: &line)
            }
            line.append(UInt8(ascii: "}"))
        }
    }

    /// Appends a JSON string: quotes, backslashes and control characters escaped, everything else as it is.
    static func appendQuoted(_ text: String, to line: inout [UInt8]) {
        line.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""): line.append(contentsOf: "\\\"".utf8)
            case UInt8(ascii: "\\"): line.append(contentsOf: "\\\\".utf8)
            case 0x0A: line.append(contentsOf: "\\n".utf8)
            case 0x00..<0x20:
                let digits = Array("0123456789abcdef".utf8)
                line.append(contentsOf: "\\u00".utf8)
                line.append(digits[Int(byte >> 4)])
                line.append(digits[Int(byte & 0xF)])
            default: line.append(byte)
            }
        }
        line.append(UInt8(ascii: "\""))
    }

    /// Whether a field of this name holds a credential, going by its last word.
    static func isCredential(_ name: String) -> Bool {
        let last = name.lowercased().split { ".-_".contains($0) }.last ?? ""
        return ["authorization", "cookie", "password", "secret", "token"].contains(last)
    }
}
