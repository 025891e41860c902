import Models

/// Paths of the console's own pages; identifiers are the callers' own strings, so each is percent-encoded.
enum Link {
    static func manager(_ person: PersonID) -> String { "/managers/" + encode(person.rawValue) }
    static func gap(_ gap: GapID) -> String { "/gaps/" + encode(gap.rawValue) }

    /// RFC 3986, section 2.3: everything but the unreserved characters becomes `%XX`.
    ///
    /// A segment that is only dots is encoded too, since clients resolve `.` and `..` away.
    static func encode(_ text: String) -> String {
        let hex = Array("0123456789ABCDEF".utf8)
        let isDots = text.utf8.allSatisfy { $0 == UInt8(ascii: ".") }
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "~"):
                bytes.append(byte)
            case UInt8(ascii: ".") where !isDots:
                bytes.append(byte)
            default:
                bytes += [UInt8(ascii: "%"), hex[Int(byte >> 4)], hex[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
