package import Models

/// When a person does not want to be disturbed, in the time of their wall clock.
///
/// Source: `nudges.md`, delivery rules: 18:00 to 08:00 and weekends, unless they say otherwise.
package struct QuietHours: Hashable, Sendable {
    /// Minute of the day at which quiet begins, `0..<1440`.
    package let from: Int
    /// Minute of the day at which it ends, `0..<1440`. Equal to `from`: no hour is quiet.
    package let until: Int
    /// Whether Saturdays and Sundays are quiet all day.
    package let weekends: Bool

    package static let standard = QuietHours(uncheckedFrom: 18 * 60, until: 8 * 60, weekends: true)

    /// - Returns: `nil` where a minute is outside `0..<1440`.
    package init?(from: Int, until: Int, weekends: Bool) {
        guard (0..<1440).contains(from), (0..<1440).contains(until) else { return nil }
        self.init(uncheckedFrom: from, until: until, weekends: weekends)
    }

    private init(uncheckedFrom from: Int, until: Int, weekends: Bool) {
        self.from = from
        self.until = until
        self.weekends = weekends
    }

    /// The first moment, `now` or later, at which this person may be disturbed.
    package func nextDisturbance(notBefore now: Instant, in zone: LocalTime) -> Instant {
        let reading = zone.reading(at: now)
        if !isQuiet(reading) { return now }
        // Every quiet stretch ends at `until`, or at the midnight after a weekend: within four days.
        for offset in 0...7 {
            let day = reading.day + offset
            for minute in [0, until].sorted() where !isQuiet(LocalTime.Reading(day: day, minute: minute)) {
                let moment = zone.instant(of: day, minute: minute)
                if moment > now { return moment }
            }
        }
        return now
    }

    /// The first moment from which mail may go out on the first Monday after `now`'s day: when a digest is due.
    package func nextDigest(after now: Instant, in zone: LocalTime) -> Instant {
        let today = zone.reading(at: now).day
        let monday = today + (8 - today.weekday)
        return nextDisturbance(notBefore: zone.instant(of: monday, minute: 0), in: zone)
    }

    private func isQuiet(_ reading: LocalTime.Reading) -> Bool {
        if weekends, reading.day.weekday >= 6 { return true }
        if from <= until { return (from..<until).contains(reading.minute) }
        return reading.minute >= from || reading.minute < until
    }
}
