import Crypto
import Models

/// A signed-in viewer as a cookie: `payload.signature`, both base64url, HMAC-SHA256 over the payload.
///
/// Nothing is kept on the server, so that every replica with the same key knows every session.
struct Session: Sendable {
    static let cookieName = "onus_session"
    /// How long a session lasts: a working day.
    static let lifetimeSeconds: Int64 = 12 * 3600

    let viewer: Viewer
    /// Seconds since 1970 after which the session is void.
    let expires: Int64

    /// The cookie's value under `key`.
    func sealed(with key: SymmetricKey) -> String {
        // Unit separators cannot stand in a role or a number, and the person comes last: no value can shift another.
        let payload = Array(
            "\(expires)\u{1F}\(viewer.organization.rawValue)\u{1F}\(viewer.role.rawValue)\u{1F}\(viewer.person.rawValue)"
                .utf8)
        let signature = HMAC<SHA256>.authenticationCode(for: payload, using: key)
        return Base64.encodeForAddress(payload) + "." + Base64.encodeForAddress(Array(signature))
    }

    /// The session in a cookie's value, or `nil` where the signature is not ours or its time is over.
    ///
    /// - Parameter now: Seconds since 1970.
    static func opened(_ cookie: String, with key: SymmetricKey, now: Int64) -> Session? {
        let parts = cookie.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let payload = Base64.decodeFromAddress(parts[0]),
            let signature = Base64.decodeFromAddress(parts[1]),
            HMAC<SHA256>.isValidAuthenticationCode(signature, authenticating: payload, using: key)
        else { return nil }
        let fields = payload.split(separator: 0x1F, maxSplits: 3, omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        guard fields.count == 4, let expires = Int64(fields[0]), expires > now, let organization = Int32(fields[1]),
            let role = ConsoleRole(rawValue: fields[2]), let person = PersonID(checking: fields[3])
        else { return nil }
        let viewer = Viewer(organization: OrganizationID(rawValue: organization), person: person, role: role)
        return Session(viewer: viewer, expires: expires)
    }
}

extension PersonID {
    /// An identifier from outside, or `nil` where it is not one.
    init?(checking text: String) {
        do { try self.init(text) } catch { return nil }
    }
}
