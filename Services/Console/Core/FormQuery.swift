import Models

/// A request's query as a browser writes a form's fields into it (`application/x-www-form-urlencoded`): `+` is a space.
///
/// Hummingbird's own `queryParameters` leaves the `+`, so that nobody would be found by first and last name.
struct FormQuery: Sendable {
    private let fields: [String: String]

    /// - Parameter query: Without the question mark. Of a field that comes twice the first counts; octets that are no
    ///   UTF-8 are repaired.
    init(_ query: String?) {
        var fields: [String: String] = [:]
        for pair in (query ?? "").utf8.split(separator: UInt8(ascii: "&")) {
            let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            let name = Self.decode(parts[0])
            guard fields[name] == nil else { continue }
            fields[name] = parts.count == 2 ? Self.decode(parts[1]) : ""
        }
        self.fields = fields
    }

    subscript(name: String) -> String? { fields[name] }

    private static func decode(_ text: Substring.UTF8View) -> String {
        let spaced = text.map { $0 == UInt8(ascii: "+") ? UInt8(ascii: " ") : $0 }
        return String(decoding: PercentEncoding.decode(spaced), as: UTF8.self)
    }
}
