internal import Crypto
package import Models

/// What an unsubscribe link carries: who mutes which kind, sealed with the organisation's key.
///
/// It needs no sign-in: whoever has the mail may mute it, and can do nothing else with it.
package struct UnsubscribeToken: Hashable, Sendable {
    /// Whom it names: an identifier of 200 characters may take 800 octets, too many for a link on one line of a mail's
    /// header (998 octets, RFC 5322, section 2.1.1), so that a long one stands as its digest.
    package enum Bearer: Hashable, Sendable {
        case person(PersonID)
        /// SHA-256 of an identifier of more than ``UnsubscribeToken/spelledOut`` octets.
        case digest([UInt8])
    }

    /// The longest identifier that a token spells out, in octets of UTF-8.
    package static let spelledOut = 200

    package let organization: OrganizationID
    package let bearer: Bearer
    package let kind: NoticeKind

    package init(organization: OrganizationID, person: PersonID, kind: NoticeKind) {
        let octets = Array(person.rawValue.utf8)
        let isShort = octets.count <= Self.spelledOut
        self.init(
            organization: organization, bearer: isShort ? .person(person) : .digest(Array(SHA256.hash(data: octets))),
            kind: kind)
    }

    private init(organization: OrganizationID, bearer: Bearer, kind: NoticeKind) {
        self.organization = organization
        self.bearer = bearer
        self.kind = kind
    }

    /// `payload.seal`, both base64 for addresses.
    ///
    /// - Parameter key: The organisation's, 32 random octets.
    package func sealed(with key: [UInt8]) -> String {
        let payload = payload
        let seal = HMAC<SHA256>.authenticationCode(for: payload, using: SymmetricKey(data: key))
        return Base64.encodeForAddress(payload) + "." + Base64.encodeForAddress(Array(seal))
    }

    /// Reads a token without believing it: the organisation it names tells which key must have sealed it.
    ///
    /// - Returns: `nil` for anything that ``sealed(with:)`` could not have written.
    package static func unverified(_ text: String) -> (token: UnsubscribeToken, isSealed: @Sendable ([UInt8]) -> Bool)?
    {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard text.utf8.count <= 2000, parts.count == 2, let payload = Base64.decodeFromAddress(parts[0]),
            let seal = Base64.decodeFromAddress(parts[1]),
            let string = String(validating: payload, as: UTF8.self)
        else { return nil }
        let fields = string.split(separator: "\n", maxSplits: 2, omittingEmptySubsequences: false)
        guard fields.count == 3, let number = Int32(fields[0]) else { return nil }
        let isDigest = fields[1].hasSuffix(Self.digestMark)
        guard let kind = NoticeKind(rawValue: String(isDigest ? fields[1].dropLast() : fields[1])),
            let bearer = isDigest ? digest(fields[2]) : person(fields[2])
        else { return nil }
        let token = UnsubscribeToken(organization: OrganizationID(rawValue: number), bearer: bearer, kind: kind)
        return (
            token,
            { key in
                HMAC<SHA256>.isValidAuthenticationCode(
                    seal, authenticating: payload, using: SymmetricKey(data: key))
            }
        )
    }

    /// An identifier that can't be one is a forged token's.
    private static func person(_ text: Substring) -> Bearer? { (try? PersonID(String(text))).map(Bearer.person) }

    private static func digest(_ text: Substring) -> Bearer? {
        guard let octets = Base64.decodeFromAddress(text), octets.count == SHA256.byteCount else { return nil }
        return .digest(octets)
    }

    /// Stands behind a kind whose token has a digest; kinds are letters and `_`.
    private static let digestMark = "#"

    /// The person comes last: an identifier may hold any character.
    private var payload: [UInt8] {
        let (mark, name) =
            switch bearer {
            case .person(let person): ("", person.rawValue)
            case .digest(let octets): (Self.digestMark, Base64.encodeForAddress(octets))
            }
        return Array("\(organization.rawValue)\n\(kind.rawValue)\(mark)\n\(name)".utf8)
    }
}
