/// A UTC date of the proleptic Gregorian calendar.
///
/// Texts are read for years 0001 to 9999; arithmetic may leave them.
package struct Day: Hashable, Comparable, Sendable {
    /// Days since 1970-01-01.
    package let number: Int

    package init(number: Int) {
        self.number = number
    }

    /// Nil where there is no such date, or the year is outside 1 to 9999.
    package init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month), day >= 1, day <= Self.length(of: month, in: year)
        else { return nil }
        self.init(number: Self.number(year: year, month: month, day: day))
    }

    /// Reads `YYYY-MM-DD` and nothing else; nil where it is not such a date.
    package init?(_ iso: String) {
        var copy = iso
        guard let day = copy.withUTF8({ Day(iso: $0[...]) }) else { return nil }
        self = day
    }

    /// Reads the ten bytes `YYYY-MM-DD`.
    init?(iso bytes: Slice<UnsafeBufferPointer<UInt8>>) {
        guard bytes.count == 10 else { return nil }
        let start = bytes.startIndex
        guard bytes[start + 4] == UInt8(ascii: "-"), bytes[start + 7] == UInt8(ascii: "-"),
            let year = Digits.value(of: bytes[start..<start + 4]),
            let month = Digits.value(of: bytes[start + 5..<start + 7]),
            let day = Digits.value(of: bytes[start + 8..<start + 10])
        else { return nil }
        self.init(year: year, month: month, day: day)
    }

    /// 0001-01-01.
    package static let first = Day(number: number(year: 1, month: 1, day: 1))
    /// 9999-12-31.
    package static let last = Day(number: number(year: 9999, month: 12, day: 31))

    package static func < (left: Day, right: Day) -> Bool { left.number < right.number }
    package static func + (day: Day, days: Int) -> Day { Day(number: day.number + days) }
    package static func - (day: Day, days: Int) -> Day { Day(number: day.number - days) }

    /// The days from this day to `other`; negative where `other` is earlier.
    package func distance(to other: Day) -> Int { other.number - number }

    /// The ISO day of the week: 1 is Monday, 7 is Sunday.
    package var weekday: Int {
        let sinceMonday = (number + 3) % 7
        return (sinceMonday < 0 ? sinceMonday + 7 : sinceMonday) + 1
    }

    /// Year, month and day of the month.
    package var components: (year: Int, month: Int, day: Int) {
        // Eras of 400 years that begin on March 1st, so that the leap day is the last of its year.
        let shifted = number + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    private static func number(year: Int, month: Int, day: Int) -> Int {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func length(of month: Int, in year: Int) -> Int {
        switch month {
        case 4, 6, 9, 11: 30
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        default: 31
        }
    }
}

extension Day: CustomStringConvertible {
    /// `YYYY-MM-DD`.
    package var description: String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(10)
        write(into: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    package func write(into bytes: inout [UInt8]) {
        let (year, month, day) = components
        if year < 0 { bytes.append(UInt8(ascii: "-")) }
        Digits.write(abs(year), width: 4, into: &bytes)
        bytes.append(UInt8(ascii: "-"))
        Digits.write(month, width: 2, into: &bytes)
        bytes.append(UInt8(ascii: "-"))
        Digits.write(day, width: 2, into: &bytes)
    }
}
