/// The way to an attribute, such as `urn:…:User:manager.value` or `emails[type eq "work"].value`. Only its syntax is
/// checked; ``SCIMScope`` says what it names.
///
/// Source: RFC 7644, section 3.5.2, `PATH`. That a part follows a filter outside of PATCH is Microsoft Entra ID's.
struct SCIMPath: Hashable, Sendable {
    var urn: String?
    /// Empty where the URN alone was given: the whole extension.
    var attribute: String
    /// Which elements of a multi-valued attribute.
    var filter: SCIMFilter?
    var part: String?

    init(urn: String? = nil, _ attribute: String, filter: SCIMFilter? = nil, part: String? = nil) {
        self.urn = urn
        self.attribute = attribute
        self.filter = filter
        self.part = part
    }

    /// Takes a word apart: a URN, an attribute, a part.
    ///
    /// - Parameter urns: Known ones, which may hold dots and colons themselves.
    /// - Returns: `nil` where it is no path.
    init?(word: String, urns: [String]) {
        let (urn, rest) = Self.split(word, urns: urns)
        guard let rest else {
            self.init(urn: urn, "")
            return
        }
        let steps = rest.split(separator: ".", omittingEmptySubsequences: false)
        guard steps.count <= 2, steps.allSatisfy(Self.isName) else { return nil }
        self.init(urn: urn, String(steps[0]), part: steps.count == 2 ? String(steps[1]) : nil)
    }

    /// - Returns: The URN, where there is one, and what stands behind it; `nil` behind a URN that stands alone.
    private static func split(_ word: String, urns: [String]) -> (urn: String?, rest: Substring?) {
        for known in urns where SCIMText.same(String(word.prefix(known.count)), known) {
            let behind = word.dropFirst(known.count)
            if behind.isEmpty { return (known, nil) }
            if behind.first == ":" { return (known, behind.dropFirst()) }
        }
        guard SCIMText.fold(word).hasPrefix("urn:"), let colon = word.lastIndex(of: ":") else {
            return (nil, word[...])
        }
        return (String(word[..<colon]), word[word.index(after: colon)...])
    }

    static func isName(_ text: Substring) -> Bool {
        guard let first = text.utf8.first, isLetter(first) || first == UInt8(ascii: "$") else { return false }
        return text.utf8.allSatisfy {
            isLetter($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: "-")
                || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "$")
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
}
