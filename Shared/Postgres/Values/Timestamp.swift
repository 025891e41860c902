/// A `timestamptz`: microseconds since 1970-01-01T00:00:00Z.
package struct Timestamp: Hashable, Comparable, Sendable {
    package let microsecondsSince1970: Int64

    package init(microsecondsSince1970: Int64) {
        self.microsecondsSince1970 = microsecondsSince1970
    }

    /// PostgreSQL's `infinity`.
    package static let infinity = Timestamp(microsecondsSince1970: .max)
    /// PostgreSQL's `-infinity`.
    package static let minusInfinity = Timestamp(microsecondsSince1970: .min)

    package static func < (a: Timestamp, b: Timestamp) -> Bool {
        a.microsecondsSince1970 < b.microsecondsSince1970
    }

    /// Microseconds from 1970-01-01 to 2000-01-01, PostgreSQL's epoch.
    private static let epoch: Int64 = 946_684_800_000_000

    /// The number that PostgreSQL sends and receives: microseconds since 2000-01-01, with the
    /// extremes standing for the infinities.
    var wire: Int64 {
        if self == .infinity || self == .minusInfinity { return microsecondsSince1970 }
        let (value, overflow) = microsecondsSince1970.subtractingReportingOverflow(Self.epoch)
        // Before PostgreSQL's range: a number that it refuses, rather than -infinity.
        return overflow || value == .min ? .min + 1 : value
    }

    /// - Returns: `nil` for the last years of PostgreSQL's range, which don't fit microseconds since 1970.
    init?(wire: Int64) {
        if wire == .max || wire == .min {
            self.init(microsecondsSince1970: wire)
            return
        }
        let (value, overflow) = wire.addingReportingOverflow(Self.epoch)
        guard !overflow, value != .max else { return nil }
        self.init(microsecondsSince1970: value)
    }
}
