import Models

/// Paths of the console's own pages; identifiers are the callers' own strings, so each is percent-encoded.
enum Link {
    static func manager(_ person: PersonID) -> String { "/managers/" + encode(person.rawValue) }
    static func programme(_ programme: String) -> String { "/programmes/" + encode(programme) }
    static func gap(_ gap: GapID) -> String { "/gaps/" + encode(gap.rawValue) }

    /// - Note: A segment that is only dots is encoded too, since clients resolve `.` and `..` away.
    static func encode(_ text: String) -> String {
        guard text.utf8.allSatisfy({ $0 == UInt8(ascii: ".") }) else { return PercentEncoding.encode(text) }
        return String(decoding: text.utf8.flatMap(PercentEncoding.escape), as: UTF8.self)
    }
}
