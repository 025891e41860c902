internal import Foundation
package import Models

/// The rules of one IANA time zone: what a wall clock there shows at an instant, and when it shows a given time.
///
/// Days and minutes are those of the wall clock, so a day may last 23 or 25 hours.
package struct LocalTime: Sendable {
    /// What a wall clock shows: the calendar day, and whole minutes since its midnight, `0..<1440`.
    package struct Reading: Hashable, Sendable {
        package let day: Day
        package let minute: Int

        package init(day: Day, minute: Int) {
            self.day = day
            self.minute = minute
        }
    }

    private let zone: TimeZone

    /// The identifier of the zone in use, `UTC` where the one asked for is unknown.
    package let identifier: String

    /// - Parameter identifier: An IANA name such as `Europe/Berlin`. `nil` or an unknown name gives UTC: a notice
    ///   at an odd hour is better than none.
    package init(_ identifier: String?) {
        let named = identifier.flatMap { TimeZone(identifier: $0) }
        zone = named ?? .gmt
        self.identifier = named == nil ? "UTC" : zone.identifier
    }

    package func reading(at instant: Instant) -> Reading {
        let local = Instant(microseconds: instant.microseconds + offset(at: instant) * 1_000_000)
        let sinceMidnight = local.microseconds - Int64(local.day.number) * 86_400_000_000
        return Reading(day: local.day, minute: Int(sinceMidnight / 60_000_000))
    }

    /// The first instant at which the wall clock shows `minute` of `day` or, where the clocks jump over it, the
    /// instant of the jump.
    package func instant(of day: Day, minute: Int) -> Instant {
        let wall = Int64(day.number) * 86_400 + Int64(minute) * 60
        let guess = Instant(microseconds: wall * 1_000_000)
        // The two offsets that can be in force around that wall time are those a day before and a day after.
        let before = offset(at: Instant(microseconds: guess.microseconds - 86_400_000_000))
        let after = offset(at: Instant(microseconds: guess.microseconds + 86_400_000_000))
        let candidates = [wall - before, wall - after].sorted()
        for seconds in candidates {
            let candidate = Instant(microseconds: seconds * 1_000_000)
            if seconds + offset(at: candidate) == wall { return candidate }
        }
        return jump(between: candidates[0], and: candidates[1])
    }

    /// The first second in `low...high` at which the later offset is in force.
    private func jump(between low: Int64, and high: Int64) -> Instant {
        var low = low
        var high = high
        let target = offset(at: Instant(microseconds: high * 1_000_000))
        while low < high {
            let middle = (low + high) / 2
            if offset(at: Instant(microseconds: middle * 1_000_000)) == target {
                high = middle
            } else {
                low = middle + 1
            }
        }
        return Instant(microseconds: high * 1_000_000)
    }

    /// Seconds east of Greenwich.
    private func offset(at instant: Instant) -> Int64 {
        let seconds = Double(instant.microseconds) / 1_000_000
        return Int64(zone.secondsFromGMT(for: Date(timeIntervalSince1970: seconds.rounded(.down))))
    }
}
