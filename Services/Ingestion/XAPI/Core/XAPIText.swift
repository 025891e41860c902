import Models
import Postgres

/// The forms of text that xAPI asks for.
enum XAPIText {
    /// A scheme, a colon, and something behind it without white space.
    static func isIRI(_ text: String) -> Bool {
        guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")), let first = text.utf8.first,
            isLetter(first), text.utf8.index(after: colon) < text.utf8.endIndex
        else { return false }
        let isScheme = text.utf8[..<colon].allSatisfy {
            isLetter($0) || isDigit($0) || [UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: ".")].contains($0)
        }
        return isScheme && text.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F }
    }

    /// The 32 digits with hyphens where RFC 9562 has them.
    static func uuid(_ text: String) -> UUIDBytes? {
        let bytes = Array(text.utf8)
        guard bytes.count == 36, [8, 13, 18, 23].allSatisfy({ bytes[$0] == UInt8(ascii: "-") }) else { return nil }
        return UUIDBytes(text)
    }

    /// RFC 3339; without an offset it is UTC, as xAPI 1.0.3 (part 2, section 4.2.7) allows.
    static func time(_ text: String) -> Instant? {
        // Both are looked at: the error says no more than that it is no time.
        (try? Instant(rfc3339: text)) ?? (try? Instant(rfc3339: text + "Z"))
    }

    /// A tag of RFC 5646 by its letters: subtags of one to eight letters and digits.
    static func isLanguage(_ text: String) -> Bool {
        text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false).allSatisfy { part in
            (1...8).contains(part.count) && part.allSatisfy { isLetter($0) || isDigit($0) }
        }
    }

    /// A duration of ISO 8601 by its letters.
    static func isDuration(_ text: String) -> Bool {
        text.utf8.first == UInt8(ascii: "P") && text.utf8.contains(where: isDigit)
            && text.utf8.dropFirst().allSatisfy { isDigit($0) || Array("YMWDTHS.,".utf8).contains($0) }
    }

    static func isSHA1(_ text: String) -> Bool {
        text.utf8.count == 40
            && text.utf8.allSatisfy { isDigit($0) || ($0 | 0x20) &- UInt8(ascii: "a") < 6 }
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- UInt8(ascii: "a") < 26 }
    private static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }
}
