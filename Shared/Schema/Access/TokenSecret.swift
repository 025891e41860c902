import Crypto

/// The secret that a caller presents. Shown once, when the token is made; the database keeps only its hash.
package struct TokenSecret: Sendable {
    package let value: String

    /// A secret as a caller presents it; any text is allowed, and only a known one opens anything.
    package init(_ value: String) { self.value = value }

    /// A new secret of 256 random bits.
    ///
    /// - Parameter generator: Must be cryptographically secure; `SystemRandomNumberGenerator` is.
    package init(using generator: inout some RandomNumberGenerator) {
        var text = "onus_"
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        var bits: UInt64 = 0
        // Ten characters of six bits from each word, forty-three in all: 258 bits.
        for position in 0..<43 {
            if position % 10 == 0 { bits = generator.next() }
            text.append(alphabet[Int(bits & 63)])
            bits >>= 6
        }
        value = text
    }

    /// SHA-256 of the secret's UTF-8 bytes. A secret is long and random, so no salt or slow hash is needed.
    package var hash: [UInt8] { Array(SHA256.hash(data: Array(value.utf8))) }
}

extension TokenSecret: CustomStringConvertible, CustomDebugStringConvertible {
    package var description: String { "<private>" }
    package var debugDescription: String { "<private>" }
}
