/// A `Content-Type` value, taken apart (RFC 9110, section 8.3.1).
struct MediaTypeValue: Equatable {
    /// Type and subtype in lower case, such as `application/json`.
    let name: String
    /// The `charset` parameter in lower case, where there is one.
    let charset: String?

    /// - Returns: `nil` where there is no type and subtype.
    init?(_ text: String) {
        let parts = text.split(separator: ";", omittingEmptySubsequences: false).map(Self.trimmed)
        guard let name = parts.first?.lowercased(), name.split(separator: "/").count == 2 else { return nil }
        self.name = name
        charset = parts.dropFirst().lazy
            .map { $0.split(separator: "=", maxSplits: 1).map(Self.trimmed) }
            .first { $0.count == 2 && $0[0].lowercased() == "charset" }
            .map { $0[1].filter { $0 != "\"" }.lowercased() }
    }

    /// JSON is UTF-8; ASCII is part of it.
    var isUTF8: Bool {
        charset.map { ["utf-8", "utf8", "us-ascii"].contains($0) } ?? true
    }

    private static func trimmed(_ text: Substring) -> Substring {
        let start = text.drop { $0 == " " || $0 == "\t" }
        return start.prefix(
            (start.lastIndex { $0 != " " && $0 != "\t" }).map { start.distance(from: start.startIndex, to: $0) + 1 }
                ?? 0)
    }
}
