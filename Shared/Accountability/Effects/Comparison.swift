/// Which days around a completion are compared: the mean of the readings in one range with that in another.
struct Comparison {
    let before: DayRange
    let after: DayRange
    /// Through this day nothing but the programme may have trained either side; at least the completion's day.
    let through: Int
    /// The completion's day where a gap that has closed since keeps its last reading; `nil` before the completion.
    let carriedFrom: Int?

    /// The last period up to the completion against the `number`th after it, from 1.
    static func effect(_ number: Int, of day: Int, design: EffectDesign) -> Comparison {
        let last = day + design.period * number
        return Comparison(
            before: DayRange(first: day - design.period + 1, last: day),
            after: DayRange(first: last - design.period + 1, last: last), through: last, carriedFrom: day)
    }

    /// The last period up to the completion against the one before it.
    static func placebo(of day: Int, design: EffectDesign) -> Comparison {
        let last = day - design.period
        return Comparison(
            before: DayRange(first: last - design.period + 1, last: last),
            after: DayRange(first: last + 1, last: day), through: day, carriedFrom: nil)
    }

    /// The change of a gap's readings; `nil` where one of the two ranges has none.
    func change(_ readings: [GapCourse.Reading], end: GapCourse.End?) -> Double? {
        guard let earlier = mean(readings, in: before) else { return nil }
        if let later = mean(readings, in: after) { return later - earlier }
        // A gap that has closed is seldom looked at again, and leaving it out would leave out the best ones.
        guard let carriedFrom, let end, end.ending != .withdrawn, end.day <= after.last,
            let last = readings.last(where: { $0.day > carriedFrom && $0.day <= after.last })
        else { return nil }
        return last.value - earlier
    }

    private func mean(_ readings: [GapCourse.Reading], in days: DayRange) -> Double? {
        var sum = 0.0
        var count = 0
        for reading in readings where days.contains(reading.day) {
            sum += reading.value
            count += 1
        }
        return count > 0 ? sum / Double(count) : nil
    }
}
