internal import Crypto
package import Models

/// What an unsubscribe link carries: who mutes which kind, sealed with the organisation's key.
///
/// It needs no sign-in: whoever has the mail may mute it, and can do nothing else with it.
package struct UnsubscribeToken: Hashable, Sendable {
    package let organization: OrganizationID
    package let person: PersonID
    package let kind: NoticeKind

    package init(organization: OrganizationID, person: PersonID, kind: NoticeKind) {
        self.organization = organization
        self.person = person
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
        guard fields.count == 3, let number = Int32(fields[0]), let kind = NoticeKind(rawValue: String(fields[1])),
            // An identifier that can't be one: a forged token.
            let person = try? PersonID(String(fields[2]))
        else { return nil }
        let token = UnsubscribeToken(organization: OrganizationID(rawValue: number), person: person, kind: kind)
        return (
            token,
            { key in
                HMAC<SHA256>.isValidAuthenticationCode(
                    seal, authenticating: payload, using: SymmetricKey(data: key))
            }
        )
    }

    /// The person comes last: an identifier may hold any character.
    private var payload: [UInt8] { Array("\(organization.rawValue)\n\(kind.rawValue)\n\(person.rawValue)".utf8) }
}
