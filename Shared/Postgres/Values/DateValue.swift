/// A `date`: days since 1970-01-01.
package struct DateValue: Hashable, Comparable, Sendable {
    package let daysSince1970: Int32

    package init(daysSince1970: Int32) {
        self.daysSince1970 = daysSince1970
    }

    /// PostgreSQL's `infinity`.
    package static let infinity = DateValue(daysSince1970: .max)
    /// PostgreSQL's `-infinity`.
    package static let minusInfinity = DateValue(daysSince1970: .min)

    package static func < (a: DateValue, b: DateValue) -> Bool { a.daysSince1970 < b.daysSince1970 }

    /// Days from 1970-01-01 to 2000-01-01, PostgreSQL's epoch.
    private static let epoch: Int32 = 10_957

    /// The number that PostgreSQL sends and receives: days since 2000-01-01.
    var wire: Int32 {
        if self == .infinity || self == .minusInfinity { return daysSince1970 }
        let (value, overflow) = daysSince1970.subtractingReportingOverflow(Self.epoch)
        // Before PostgreSQL's range: a number that it refuses, rather than -infinity.
        return overflow || value == .min ? .min + 1 : value
    }

    /// - Returns: `nil` where the day doesn't fit; PostgreSQL's own range (up to year 5874897) always does.
    init?(wire: Int32) {
        if wire == .max || wire == .min {
            self.init(daysSince1970: wire)
            return
        }
        let (value, overflow) = wire.addingReportingOverflow(Self.epoch)
        guard !overflow, value != .max else { return nil }
        self.init(daysSince1970: value)
    }
}
