/// What tests change in database URLs.
package enum URLs {
    /// The same URI with another database. Only for URIs (`postgresql://…`).
    package static func replacingDatabase(of url: String, with database: String) -> String {
        let parts = url.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var base = parts[0]
        if let scheme = base.firstRange(of: "://"), let slash = base[scheme.upperBound...].firstIndex(of: "/") {
            base = base[..<slash]
        }
        return "\(base)/\(database)" + (parts.count > 1 ? "?\(parts[1])" : "")
    }

    /// The same URI with another user, without a password.
    package static func replacingUser(of url: String, with user: String) -> String {
        guard let scheme = url.firstRange(of: "://") else { return url }
        let rest = url[scheme.upperBound...]
        let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
        let host = rest[..<end].lastIndex(of: "@").map { rest[rest.index(after: $0)..<end] } ?? rest[..<end]
        return "\(url[..<scheme.upperBound])\(user)@\(host)\(rest[end...])"
    }

    /// The same URI with another port.
    package static func replacingPort(of url: String, with port: Int) -> String {
        guard let scheme = url.firstRange(of: "://") else { return url }
        let rest = url[scheme.upperBound...]
        let end = rest.firstIndex { $0 == "/" || $0 == "?" } ?? rest.endIndex
        let start = rest[..<end].lastIndex(of: "@").map(rest.index(after:)) ?? rest.startIndex
        let host = rest[start..<end].firstIndex(of: ":").map { rest[start..<$0] } ?? rest[start..<end]
        return "\(url[..<start])\(host):\(port)\(rest[end...])"
    }
}
