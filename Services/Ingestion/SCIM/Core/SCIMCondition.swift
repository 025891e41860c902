/// `If-Match` or `If-None-Match`.
///
/// Source: RFC 9110, section 13.1; RFC 7644, section 3.14, which compares weakly.
struct SCIMCondition: Sendable {
    private let tags: [String]?

    /// - Parameter header: `*`, or validators separated by commas, weak or strong.
    /// - Returns: `nil` where there is no such header.
    init?(_ header: String?) {
        guard let header else { return nil }
        let parts = header.split(separator: ",").map { $0.filter { $0 != " " && $0 != "\t" } }
        tags = parts == ["*"] ? nil : parts.map(Self.opaque)
    }

    /// Whether an existing resource of this validator is one of those named.
    func names(_ etag: String) -> Bool {
        tags.map { $0.contains(Self.opaque(etag)) } ?? true
    }

    private static func opaque(_ tag: String) -> String { tag.hasPrefix("W/") ? String(tag.dropFirst(2)) : tag }
}
