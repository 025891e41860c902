import Models

/// What a list request asks for, from the address or from the body of `/.search`.
///
/// Source: RFC 7644, sections 3.4.2 and 3.4.3. `sortBy` is not supported, and so ignored (section 3.4.2.3).
struct SCIMQuery: Sendable {
    /// How many resources a page has where the client doesn't say, and at most.
    static let standardCount = 100
    static let greatestCount = 1_000
    /// The greatest number, of either sign, that a place or a count may be given as.
    static let greatestNumber = 1 << 31

    var filter: String?
    /// From 1.
    var startIndex = 1
    var count = standardCount
    var projection = SCIMProjection.everything

    init() {}

    /// - Parameter text: The address's query, encoded.
    init(query text: String?) throws(SCIMError) {
        var attributes: [String] = []
        var excluded: [String] = []
        for pair in (text ?? "").split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let value = try Self.decoded(parts.count == 2 ? parts[1] : "")
            switch SCIMText.fold(try Self.decoded(parts[0])) {
            case "filter": filter = value.isEmpty ? nil : value
            case "startindex": startIndex = max(1, try Self.number(value, "startIndex"))
            case "count": count = try Self.number(value, "count")
            case "attributes": attributes = Self.names(value)
            case "excludedattributes": excluded = Self.names(value)
            default: break
            }
        }
        count = min(max(0, count), Self.greatestCount)
        projection = SCIMProjection(attributes: attributes, excluded: excluded)
    }

    /// - Parameter body: A `SearchRequest`.
    init(search body: JSONValue) throws(SCIMError) {
        guard case .object(let object) = body else {
            throw .bad(.invalidSyntax, "expected an object, got \(body.kind)")
        }
        if let text = object.value(named: "filter"), text != .null {
            guard let text = text.string else { throw .bad(.invalidFilter, "filter: expected a string") }
            filter = text.isEmpty ? nil : text
        }
        startIndex = max(1, try Self.number(object.value(named: "startIndex"), "startIndex") ?? 1)
        count = try Self.number(object.value(named: "count"), "count") ?? Self.standardCount
        count = min(max(0, count), Self.greatestCount)
        projection = SCIMProjection(
            attributes: Self.names(object.value(named: "attributes")),
            excluded: Self.names(object.value(named: "excludedAttributes")))
    }

    /// A `+` is a space in a form's encoding, and itself where spaces are written `%20`.
    private static func decoded(_ text: Substring) throws(SCIMError) -> String {
        let spaced = text.contains("%20") ? String(text) : String(text.map { $0 == "+" ? " " : $0 })
        guard let decoded = String(validating: PercentEncoding.decode(Array(spaced.utf8)), as: UTF8.self),
            !decoded.utf8.contains(0)
        else { throw .bad(.invalidValue, "query: expected percent-encoded UTF-8 without U+0000") }
        return decoded
    }

    private static func number(_ text: String, _ name: String) throws(SCIMError) -> Int {
        guard let number = Int(text), number.magnitude <= greatestNumber else {
            throw .bad(.invalidValue, "\(name): expected a whole number")
        }
        return number
    }

    private static func number(_ value: JSONValue?, _ name: String) throws(SCIMError) -> Int? {
        switch value {
        case nil, .null?: return nil
        case .string(let text)?: return try number(text, name)
        case let value?:
            guard let number = value.int else { throw .bad(.invalidValue, "\(name): expected a whole number") }
            return try self.number(String(number), name)
        }
    }

    private static func names(_ text: String) -> [String] {
        text.split(separator: ",").map { $0.filter { $0 != " " } }.filter { !$0.isEmpty }
    }

    private static func names(_ value: JSONValue?) -> [String] {
        value?.string.map(names) ?? (value?.array ?? []).compactMap(\.string)
    }
}
