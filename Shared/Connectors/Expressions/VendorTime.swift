package import Models

/// Reads the times that vendors write: RFC 3339, and what they take for it.
package enum VendorTime {
    /// - Returns: Nil where it is no time. A date alone is its first instant in UTC; a time without a zone is UTC; a
    ///   number is seconds since 1970, or milliseconds where it is too large for that.
    package static func instant(_ value: JSONValue) -> Instant? {
        switch value {
        case .number(let number): epoch(number.value)
        case .string(let text): instant(text)
        default: nil
        }
    }

    package static func instant(_ text: String) -> Instant? {
        if let day = Day(text) { return Instant(startOf: day) }
        if !text.isEmpty, text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) {
            return Double(text).flatMap(epoch)
        }
        // The one error says only that it is none.
        return try? Instant(rfc3339: normalised(text))
    }

    private static func epoch(_ number: Double) -> Instant? {
        // Seconds reach the year 5138 with eleven digits.
        let seconds = number.magnitude < 1e11 ? number : number / 1000
        guard seconds.magnitude < 2.5e11 else { return nil }
        let instant = Instant(microseconds: Int64((seconds * 1_000_000).rounded()))
        return (Day.first...Day.last).contains(instant.day) ? instant : nil
    }

    /// A `T` for the space between date and time, a colon in the offset, `Z` where there is none.
    private static func normalised(_ text: String) -> String {
        var bytes = Array(text.utf8)
        guard bytes.count > 10 else { return text }
        if bytes[10] == UInt8(ascii: " ") { bytes[10] = UInt8(ascii: "T") }
        let zone = bytes[11...].lastIndex { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "-") }
        if let zone {
            switch bytes.count - zone {
            case 5: bytes.insert(UInt8(ascii: ":"), at: zone + 3)
            case 3: bytes += Array(":00".utf8)
            default: break
            }
        } else if let last = bytes.last, last | 0x20 != UInt8(ascii: "z") {
            bytes.append(UInt8(ascii: "Z"))
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
