package import Models

/// Reads `Retry-After` (RFC 9110, section 10.2.3).
package enum RetryAfter {
    /// What exceeds this is taken for it: a vendor's typing error may not stop a connector for a year.
    package static let limit = Duration.seconds(6 * 3600)

    /// - Returns: Nil where the value is neither seconds nor an IMF-fixdate.
    package static func wait(_ value: String?, now: Instant) -> Duration? {
        guard let value else { return nil }
        if let seconds = Int64(value), seconds >= 0 { return min(.seconds(seconds), limit) }
        guard let instant = fixdate(value) else { return nil }
        return min(.microseconds(max(0, instant.microseconds - now.microseconds)), limit)
    }

    /// `Sun, 06 Nov 1994 08:49:37 GMT`.
    private static func fixdate(_ text: String) -> Instant? {
        let words = text.split(separator: " ")
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        guard words.count == 6, words[5] == "GMT", let month = months.firstIndex(of: String(words[2])),
            words[1].count == 2, words[3].count == 4
        else { return nil }
        let number = month + 1
        // The one error says only that it is none.
        return try? Instant(rfc3339: "\(words[3])-\(number < 10 ? "0" : "")\(number)-\(words[1])T\(words[4])Z")
    }
}
