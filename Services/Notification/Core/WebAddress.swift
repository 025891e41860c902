internal import Foundation
package import Models

/// An absolute `http` or `https` address: the only kinds that Onus calls or links to.
package struct WebAddress: Hashable, Sendable {
    package let string: String

    /// - Throws: ``InvalidValue`` for any other scheme, a missing host, or a user or password inside the address.
    package init(_ string: String, field: String) throws(InvalidValue) {
        guard let parts = URLComponents(string: string), let scheme = parts.scheme?.lowercased(),
            scheme == "http" || scheme == "https", let host = parts.host, !host.isEmpty, parts.user == nil,
            parts.password == nil, parts.fragment == nil,
            string.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else {
            throw InvalidValue(field: field, expected: "an absolute http or https address", got: "something else")
        }
        self.string = string
    }

    package var isSecure: Bool { string.lowercased().hasPrefix("https:") }

    /// This address with a path of ours behind it; a path that isn't one leaves the address alone.
    package func appending(path: String) -> String {
        let base = string.hasSuffix("/") ? String(string.dropLast()) : string
        // "//" would name another host.
        guard path.hasPrefix("/"), !path.hasPrefix("//"), !path.contains("\\") else { return base + "/" }
        let allowed = CharacterSet.urlPathAllowed.union(.urlQueryAllowed).union(CharacterSet(charactersIn: "%#"))
        return base + (path.addingPercentEncoding(withAllowedCharacters: allowed) ?? "/")
    }
}
