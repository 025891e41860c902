internal import Foundation
package import Models

/// The mail server that takes our mail, as `ONUS_SMTP_URL` names it.
package struct SMTPEndpoint: Hashable, Sendable {
    package enum Security: Hashable, Sendable {
        /// STARTTLS where the server offers it.
        case opportunistic
        /// STARTTLS, or no mail.
        case required
        /// TLS from the first octet.
        case implicit
    }

    package struct Credentials: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible {
        package let user: String
        package let password: String
        package var description: String { "<private>" }
        package var debugDescription: String { description }
    }

    package let host: String
    package let port: Int
    package let security: Security
    package let credentials: Credentials?

    /// - Parameter url: `smtp://`, `smtp+starttls://` or `smtps://`, then `[user:password@]host[:port]`; user and
    ///   password percent-encoded. Ports default to 25, or to 587 with STARTTLS required, and 465. With a password,
    ///   and a host that isn't this machine, `smtp` requires STARTTLS too: a password never travels in the open.
    /// - Throws: ``InvalidValue``, without the URL's content: it may hold a password.
    package init(url: String) throws(InvalidValue) {
        guard let parts = URLComponents(string: url), let scheme = parts.scheme?.lowercased(),
            let host = parts.host, !host.isEmpty, parts.path.isEmpty || parts.path == "/", parts.query == nil,
            (parts.user == nil) == (parts.password == nil)
        else {
            throw Self.invalid
        }
        // Foundation keeps the brackets of an IPv6 address.
        self.host = host
        let credentials = parts.user.flatMap { user in
            parts.password.map { Credentials(user: user, password: $0) }
        }
        self.credentials = credentials
        let isLocal = ["localhost", "127.0.0.1", "[::1]", "::1"].contains(host)
        switch scheme {
        case "smtp":
            security = credentials == nil || isLocal ? .opportunistic : .required
            port = parts.port ?? 25
        case "smtp+starttls":
            security = .required
            port = parts.port ?? 587
        case "smtps":
            security = .implicit
            port = parts.port ?? 465
        default:
            throw Self.invalid
        }
        guard (1...65_535).contains(port) else { throw Self.invalid }
    }

    private static let invalid = InvalidValue(
        field: "ONUS_SMTP_URL", expected: "smtp://, smtp+starttls:// or smtps:// and [user:password@]host[:port]",
        got: "something else (not shown: it may hold a password)")
}
