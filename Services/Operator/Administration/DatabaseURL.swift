internal import Models

/// A libpq URI whose user can be exchanged; everything else about it stays.
struct DatabaseURL {
    private let scheme: Substring
    private let place: Substring
    private let path: Substring
    private let parameters: [Substring]

    /// - Throws: ``CommandFailure`` (64) where it is no URI.
    init(_ text: String) throws(CommandFailure) {
        guard let colon = text.firstIndex(of: ":"), text[colon...].hasPrefix("://") else {
            throw .usage("database-url: expected a URI, postgresql://…")
        }
        scheme = text[..<colon]
        let rest = text[colon...].dropFirst(3)
        let question = rest.firstIndex(of: "?") ?? rest.endIndex
        let slash = rest[..<question].firstIndex(of: "/") ?? question
        let authority = rest[..<slash]
        place = authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] } ?? authority
        path = rest[slash..<question]
        parameters = rest[question...].dropFirst().split(separator: "&")
    }

    /// The URI with another user, also where the first one was a parameter.
    func with(user: String, password: String) -> String {
        "\(scheme)://\(PercentEncoding.encode(user)):\(PercentEncoding.encode(password))@\(database)"
    }

    /// Whether both name one database in the same words: host, port, database and parameters.
    func names(databaseOf other: DatabaseURL) -> Bool { database == other.database }

    /// All that is not about the user.
    private var database: String {
        let kept = parameters.filter { !["user", "password", "passfile"].contains($0.prefix { $0 != "=" }) }
        return "\(place)\(path)" + (kept.isEmpty ? "" : "?" + kept.joined(separator: "&"))
    }
}
