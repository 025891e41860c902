package import Models

/// A shared secret of a registered webhook: 24 to 64 octets, written `whsec_` and base64.
///
/// Source: Standard Webhooks 1.0, "Signature scheme".
package struct WebhookSecret: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible {
    package let octets: [UInt8]

    /// - Throws: ``InvalidValue``, without the secret, for anything else. The prefix may be missing.
    package init(_ text: String) throws(InvalidValue) {
        let encoded = text.hasPrefix("whsec_") ? text.dropFirst("whsec_".count) : text[...]
        guard let octets = Base64.decode(encoded), (24...64).contains(octets.count) else {
            throw InvalidValue(
                field: "webhook secret", expected: "whsec_ and the base64 of 24 to 64 octets", got: "something else")
        }
        self.octets = octets
    }

    package var description: String { "<private>" }
    package var debugDescription: String { description }
}
