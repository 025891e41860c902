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

    /// RFC 3339; without an offset it is UTC, as xAPI 1.0.3 (part 2, section 4.5) allows. An offset of minus zero, which
    /// says that nobody knows the zone, is none of ISO 8601.
    static func time(_ text: String) -> Instant? {
        guard !text.hasSuffix("-00:00") else { return nil }
        // Both are looked at: the error says no more than that it is no time.
        return (try? Instant(rfc3339: text)) ?? (try? Instant(rfc3339: text + "Z"))
    }

    /// A time in UTC with milliseconds at least, and microseconds where there are any.
    static func text(of time: Instant) -> String {
        let whole = time.description.dropLast()
        guard let point = whole.firstIndex(of: ".") else { return "\(whole).000Z" }
        let digits = whole.distance(from: point, to: whole.endIndex) - 1
        return whole + String(repeating: "0", count: max(0, 3 - digits)) + "Z"
    }

    /// `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, section 5.6.7).
    static func httpDate(of time: Instant) -> String {
        let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]  // 1970 began on a Thursday
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let text = time.description
        let date = text.prefix(10).split(separator: "-")
        let day = days[((time.day.number % 7) + 7) % 7]
        let month = months[(Int(date[1]) ?? 1) - 1]
        return "\(day), \(date[2]) \(month) \(date[0]) \(text.dropFirst(11).prefix(8)) GMT"
    }

    /// A tag of RFC 5646 by the lengths of its subtags: a language of two to eight letters (or `i`, `x` and more), then up
    /// to eight letters and digits each.
    static func isLanguage(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard let first = parts.first, first.allSatisfy(isLetter),
            (2...8).contains(first.count) || (parts.count > 1 && ["i", "x"].contains(text.prefix(1).lowercased()))
        else { return false }
        return parts.allSatisfy { part in
            (1...8).contains(part.count) && part.allSatisfy { isLetter($0) || isDigit($0) }
        }
    }

    /// A duration of ISO 8601 (section 4.4.3.2): weeks, or the other units in their order with `T` before those of a day,
    /// a fraction in the last one only.
    static func isDuration(_ text: String) -> Bool {
        var rest = text.utf8[...]
        guard rest.popFirst() == UInt8(ascii: "P"), !rest.isEmpty else { return false }
        var units = Array("YMWD".utf8)[...]
        var isInDay = false
        var isFraction = false
        while let byte = rest.first {
            if byte == UInt8(ascii: "T"), !isInDay {
                isInDay = true
                units = Array("HMS".utf8)[...]
                rest = rest.dropFirst()
                guard !rest.isEmpty else { return false }
                continue
            }
            // Nothing may stand behind a fraction.
            guard !isFraction, let hasFraction = takeNumber(&rest), let unit = rest.popFirst(),
                let place = units.firstIndex(of: unit)
            else { return false }
            isFraction = hasFraction
            units = units[(place + 1)...]
        }
        return !text.utf8.contains(UInt8(ascii: "W")) || text.utf8.allSatisfy { !Array("YMDTHS".utf8).contains($0) }
    }

    /// A duration without what is finer than a hundredth of a second, which is not compared (section 4.6).
    static func comparedDuration(_ text: String) -> String {
        guard text.last == "S", let point = text.lastIndex(where: { $0 == "." || $0 == "," }) else { return text }
        let fraction = text[text.index(after: point)...].dropLast().prefix(2)
        return "\(text[..<point]).\(fraction)S"
    }

    /// - Returns: Whether the number has a fraction; `nil` where there is none.
    private static func takeNumber(_ rest: inout Substring.UTF8View) -> Bool? {
        func takeDigits() -> Bool {
            let digits = rest.prefix(while: isDigit)
            rest = rest[digits.endIndex...]
            return !digits.isEmpty
        }
        guard takeDigits() else { return nil }
        guard let byte = rest.first, byte == UInt8(ascii: ".") || byte == UInt8(ascii: ",") else { return false }
        rest = rest.dropFirst()
        return takeDigits() ? true : nil
    }

    static func isSHA1(_ text: String) -> Bool {
        text.utf8.count == 40
            && text.utf8.allSatisfy { isDigit($0) || ($0 | 0x20) &- UInt8(ascii: "a") < 6 }
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- UInt8(ascii: "a") < 26 }
    private static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }
}
