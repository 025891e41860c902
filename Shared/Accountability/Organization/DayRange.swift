/// Consecutive days, both ends included, as numbers of `Day`.
struct DayRange: Hashable, Sendable {
    var first: Int
    var last: Int

    var count: Int { last - first + 1 }

    func contains(_ day: Int) -> Bool { first <= day && day <= last }

    /// The common days; `nil` where there are none.
    func intersection(_ other: DayRange) -> DayRange? {
        let common = DayRange(first: max(first, other.first), last: min(last, other.last))
        return common.first <= common.last ? common : nil
    }

    /// The union as disjoint ranges in ascending order, adjacent ones joined.
    static func merged(_ ranges: some Collection<DayRange>) -> [DayRange] {
        if ranges.count < 2 { return Array(ranges) }
        var merged: [DayRange] = []
        for range in ranges.sorted(by: { $0.first < $1.first }) {
            if let end = merged.last?.last, range.first <= end + 1 {
                merged[merged.count - 1].last = max(end, range.last)
            } else {
                merged.append(range)
            }
        }
        return merged
    }

    /// The days of this range that are in none of `holes`, which are ascending and disjoint.
    func without(_ holes: some Sequence<DayRange>) -> [DayRange] {
        var left: [DayRange] = []
        var next = first
        for hole in holes where hole.last >= next {
            if hole.first > last { break }
            if hole.first > next { left.append(DayRange(first: next, last: hole.first - 1)) }
            next = hole.last + 1
        }
        if next <= last { left.append(DayRange(first: next, last: last)) }
        return left
    }

    /// How many days are in both; each list is ascending and disjoint.
    static func commonDays(_ left: [DayRange], _ right: [DayRange]) -> Int {
        var days = 0
        var l = 0
        var r = 0
        while l < left.count, r < right.count {
            if let common = left[l].intersection(right[r]) { days += common.count }
            if left[l].last < right[r].last { l += 1 } else { r += 1 }
        }
        return days
    }
}
