package import Models

/// Instants as mail and HTTP headers write them.
package enum MailDate {
    /// RFC 5322: `Mon, 23 Nov 2026 20:49:52 +0000`.
    package static func header(_ instant: Instant) -> String {
        let day = instant.day
        let seconds = Int((instant.microseconds - Int64(day.number) * 86_400_000_000) / 1_000_000)
        let date = day.components
        let two = { (number: Int) in number < 10 ? "0\(number)" : "\(number)" }
        let clock = [seconds / 3600, seconds / 60 % 60, seconds % 60].map(two).joined(separator: ":")
        let calendar = "\(two(date.day)) \(months[date.month - 1]) \(date.year)"
        return "\(weekdays[day.weekday - 1]), \(calendar) \(clock) +0000"
    }

    /// The preferred form of RFC 9110, `Sun, 06 Nov 1994 08:49:37 GMT`; `nil` for the obsolete two.
    package static func parseHTTP(_ text: String) -> Instant? {
        let parts = text.split(separator: " ")
        guard parts.count == 6, parts[5] == "GMT", let month = months.firstIndex(where: { $0 == parts[2] }),
            let dayOfMonth = Int(parts[1]), let year = Int(parts[3])
        else { return nil }
        let clock = parts[4].split(separator: ":").compactMap { Int($0) }
        guard clock.count == 3, (0..<24).contains(clock[0]), (0..<60).contains(clock[1]), (0...60).contains(clock[2]),
            let day = Day(year: year, month: month + 1, day: dayOfMonth)
        else { return nil }
        let seconds = Int64(day.number) * 86_400 + Int64(clock[0] * 3600 + clock[1] * 60 + clock[2])
        return Instant(microseconds: seconds * 1_000_000)
    }

    private static let weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
}
