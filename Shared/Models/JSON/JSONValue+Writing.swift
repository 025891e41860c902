extension JSONValue {
    /// Compact JSON: no white space, members in their order.
    package var serialized: String {
        var bytes: [UInt8] = []
        write(into: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Compact JSON as UTF-8.
    package var utf8: [UInt8] {
        var bytes: [UInt8] = []
        // Most events' data; what is longer grows.
        bytes.reserveCapacity(512)
        write(into: &bytes)
        return bytes
    }

    /// Appends compact JSON as UTF-8.
    package func write(into bytes: inout [UInt8]) {
        switch self {
        case .null: bytes.append(contentsOf: "null".utf8)
        case .bool(let bool): bytes.append(contentsOf: bool ? "true".utf8 : "false".utf8)
        case .number(let number): bytes.append(contentsOf: number.description.utf8)
        case .string(let string): Self.write(string, into: &bytes)
        case .array(let array):
            bytes.append(UInt8(ascii: "["))
            var isFirst = true
            for value in array {
                if !isFirst { bytes.append(UInt8(ascii: ",")) }
                isFirst = false
                value.write(into: &bytes)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let object):
            bytes.append(UInt8(ascii: "{"))
            var isFirst = true
            for member in object.members {
                if !isFirst { bytes.append(UInt8(ascii: ",")) }
                isFirst = false
                Self.write(member.name, into: &bytes)
                bytes.append(UInt8(ascii: ":"))
                member.value.write(into: &bytes)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }

    /// A quoted string. Only what JSON demands is escaped.
    private static func write(_ string: String, into bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        let copied: Void? = string.utf8.withContiguousStorageIfAvailable { contents in
            if contents.contains(where: { $0 < 0x20 || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") }) {
                writeEscaped(contents, into: &bytes)
            } else {
                bytes.append(contentsOf: contents)
            }
        }
        if copied == nil { writeEscaped(string.utf8, into: &bytes) }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func writeEscaped(_ contents: some Sequence<UInt8>, into bytes: inout [UInt8]) {
        for byte in contents {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case UInt8(ascii: "\n"): bytes.append(contentsOf: "\\n".utf8)
            case UInt8(ascii: "\r"): bytes.append(contentsOf: "\\r".utf8)
            case UInt8(ascii: "\t"): bytes.append(contentsOf: "\\t".utf8)
            case 0..<0x20:
                let hexadecimal = Array("0123456789abcdef".utf8)
                bytes.append(contentsOf: "\\u00".utf8)
                bytes.append(hexadecimal[Int(byte >> 4)])
                bytes.append(hexadecimal[Int(byte & 15)])
            default: bytes.append(byte)
            }
        }
    }
}
