/// Why somebody looks at another person's record: kept in the log that the person can read.
struct LookReason: Hashable, Sendable {
    /// How long a reason is, in characters, without the spaces around it.
    static let length = 5...500

    let text: String

    /// - Returns: `nil` for anything that says nothing: too short, too long, or with characters that are no text.
    init?(_ text: String?) {
        guard let text else { return nil }
        let words = text.split(separator: " ").joined(separator: " ")
        guard Self.length.contains(words.count),
            words.unicodeScalars.allSatisfy({ $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) })
        else { return nil }
        self.text = words
    }
}
