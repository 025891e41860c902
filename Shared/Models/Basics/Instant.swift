/// A point in time, in whole microseconds, as PostgreSQL keeps it.
package struct Instant: Hashable, Comparable, Sendable {
    /// Microseconds since 1970-01-01T00:00:00Z.
    package let microseconds: Int64

    package init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    /// The first instant of a day.
    package init(startOf day: Day) {
        microseconds = Int64(day.number) * Self.microsecondsPerDay
    }

    /// Reads an RFC 3339 date-time. `t` and `z` may be lower case; what is finer than a microsecond is cut off.
    ///
    /// - Throws: ``InvalidValue`` where it is no such date-time, its second is 60, or its year, as written or in UTC,
    ///   is outside 0001 to 9999.
    package init(rfc3339 text: String) throws(InvalidValue) {
        var copy = text
        guard let instant = copy.withUTF8({ Instant(rfc3339: $0) }) else {
            throw InvalidValue(
                field: "time", expected: "an RFC 3339 date-time such as 2026-03-31T09:30:00Z, year 0001 to 9999",
                got: JSONProblem.excerpt(text))
        }
        self = instant
    }

    package static let microsecondsPerDay: Int64 = 86_400_000_000

    package static func < (left: Instant, right: Instant) -> Bool { left.microseconds < right.microseconds }

    /// The UTC date this instant falls on.
    package var day: Day {
        // Rounded towards the past, also before 1970.
        let quotient = microseconds / Self.microsecondsPerDay
        return Day(number: Int(microseconds % Self.microsecondsPerDay < 0 ? quotient - 1 : quotient))
    }

    /// This instant later by so many seconds.
    package func adding(seconds: Int) -> Instant {
        Instant(microseconds: microseconds + Int64(seconds) * 1_000_000)
    }
}

extension Instant {
    init?(rfc3339 bytes: UnsafeBufferPointer<UInt8>) {
        guard bytes.count >= 20, let day = Day(iso: bytes[0..<10]), bytes[10] | 0x20 == UInt8(ascii: "t"),
            bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"),
            let hour = Digits.value(of: bytes[11..<13]), hour <= 23,
            let minute = Digits.value(of: bytes[14..<16]), minute <= 59,
            let second = Digits.value(of: bytes[17..<19]), second <= 59
        else { return nil }

        var index = 19
        var fraction: Int64 = 0
        if bytes[index] == UInt8(ascii: ".") {
            index += 1
            let start = index
            var unit: Int64 = 100_000
            while index < bytes.count, case let digit = bytes[index] &- UInt8(ascii: "0"), digit <= 9 {
                fraction += Int64(digit) * unit
                unit /= 10
                index += 1
            }
            guard index > start else { return nil }
        }

        guard let offset = Self.offset(bytes[index...]) else { return nil }
        let seconds = Int64(day.number) * 86_400 + Int64(hour * 3600 + minute * 60 + second - offset * 60)
        self.init(microseconds: seconds * 1_000_000 + fraction)
        guard (Day.first...Day.last).contains(self.day) else { return nil }
    }

    /// The offset from UTC in minutes.
    private static func offset(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Int? {
        guard let sign = bytes.first else { return nil }
        if bytes.count == 1, sign | 0x20 == UInt8(ascii: "z") { return 0 }
        let start = bytes.startIndex
        guard bytes.count == 6, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"),
            bytes[start + 3] == UInt8(ascii: ":"),
            let hours = Digits.value(of: bytes[start + 1..<start + 3]), hours <= 23,
            let minutes = Digits.value(of: bytes[start + 4..<start + 6]), minutes <= 59
        else { return nil }
        return (hours * 60 + minutes) * (sign == UInt8(ascii: "-") ? -1 : 1)
    }
}

extension Instant: CustomStringConvertible {
    /// RFC 3339 in UTC, with a fraction only where there is one.
    package var description: String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(27)
        let day = day
        day.write(into: &bytes)
        let rest = Int(microseconds - Int64(day.number) * Self.microsecondsPerDay)
        let seconds = rest / 1_000_000
        let fraction = rest % 1_000_000
        bytes.append(UInt8(ascii: "T"))
        Digits.write(seconds / 3600, width: 2, into: &bytes)
        bytes.append(UInt8(ascii: ":"))
        Digits.write(seconds / 60 % 60, width: 2, into: &bytes)
        bytes.append(UInt8(ascii: ":"))
        Digits.write(seconds % 60, width: 2, into: &bytes)
        if fraction > 0 {
            bytes.append(UInt8(ascii: "."))
            Digits.write(fraction, width: 6, into: &bytes)
            while bytes.last == UInt8(ascii: "0") { bytes.removeLast() }
        }
        bytes.append(UInt8(ascii: "Z"))
        return String(decoding: bytes, as: UTF8.self)
    }
}
