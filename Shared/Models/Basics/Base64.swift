/// Base64 of octets: the alphabet of RFC 4648, section 4, with padding or, for addresses and cookies, that of section 5
/// without.
package enum Base64 {
    package static func encode(_ bytes: some Collection<UInt8>) -> String {
        let text = digits(of: bytes, alphabet: standard)
        return text + String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
    }

    package static func encodeForAddress(_ bytes: some Collection<UInt8>) -> String {
        digits(of: bytes, alphabet: forAddresses)
    }

    /// Nil where `text` is not whole, padded base64.
    package static func decode(_ text: some StringProtocol) -> [UInt8]? {
        var digits = Array(text.utf8)
        while digits.last == UInt8(ascii: "=") { digits.removeLast() }
        let padding = text.utf8.count - digits.count
        guard text.utf8.count % 4 == 0, padding <= 2 else { return nil }
        return octets(of: digits, alphabet: standard)
    }

    /// Nil where `text` could not come from ``encodeForAddress(_:)``.
    package static func decodeFromAddress(_ text: some StringProtocol) -> [UInt8]? {
        octets(of: Array(text.utf8), alphabet: forAddresses)
    }

    private static let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    private static let standard = Alphabet("\(letters)+/")
    private static let forAddresses = Alphabet("\(letters)-_")

    /// The sixty-four digits, and the value of each octet that is one of them.
    private struct Alphabet {
        let digits: [UInt8]
        let values: [UInt8?]

        init(_ text: String) {
            digits = Array(text.utf8)
            var values = [UInt8?](repeating: nil, count: 256)
            for (value, digit) in digits.enumerated() { values[Int(digit)] = UInt8(value) }
            self.values = values
        }
    }

    private static func digits(of bytes: some Collection<UInt8>, alphabet: Alphabet) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count + 2) / 3 * 4)
        var (bits, count): (UInt32, UInt32) = (0, 0)
        for byte in bytes {
            bits = (bits & 0xFF) << 8 | UInt32(byte)
            count += 8
            while count >= 6 {
                count -= 6
                text.append(alphabet.digits[Int(bits >> count & 0x3F)])
            }
        }
        if count > 0 { text.append(alphabet.digits[Int(bits << (6 - count) & 0x3F)]) }
        return String(decoding: text, as: UTF8.self)
    }

    private static func octets(of digits: [UInt8], alphabet: Alphabet) -> [UInt8]? {
        // A single digit that is left over holds no octet.
        guard digits.count % 4 != 1 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count / 4 * 3 + 2)
        var (bits, count): (UInt32, UInt32) = (0, 0)
        for digit in digits {
            guard let value = alphabet.values[Int(digit)] else { return nil }
            bits = (bits & 0xFF) << 6 | UInt32(value)
            count += 6
            guard count >= 8 else { continue }
            count -= 8
            bytes.append(UInt8(truncatingIfNeeded: bits >> count))
        }
        return bytes
    }
}
