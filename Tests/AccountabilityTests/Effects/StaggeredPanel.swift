import Accountability
import Models

/// Gaps seen once in each of eight periods, all trained in the end, one cohort after the other, with an effect that
/// grows: the case in which two-way fixed effects compare with those who are trained already (Goodman-Bacon, 2021).
struct StaggeredPanel {
    private static let period = 45
    private static let periods = 8
    private static let growth = 0.01
    private static var start: Int { SimulatedGaps.today.number - periods * period }
    /// The period before which each cohort completes.
    private static let cohorts = [2, 5]
    private static let size = 20

    let courses: [GapCourse]

    init() {
        courses = Self.cohorts.enumerated().flatMap { index, cohort in
            (0..<Self.size).map { Self.course("\(index) \($0)", team: "\($0 % 8)", cohort: cohort) }
        }
    }

    private static func course(_ name: String, team: String, cohort: Int) -> GapCourse {
        let gap = GapID(unchecked: name)
        let completed = start + cohort * period
        return GapCourse(
            gap: gap, person: PersonID(unchecked: name), team: PersonID(unchecked: team), cause: .skill,
            identified: start,
            levels: (0..<periods).map { number in
                GapCourse.Reading(day: middle(number), value: level(in: number, cohort: cohort))
            },
            completions: [GapCourse.Completion(programme: SimulatedGaps.programme, gap: gap, day: completed)])
    }

    private static func middle(_ number: Int) -> Int { start + number * period + 23 }

    private static func effect(in number: Int, cohort: Int) -> Double {
        number < cohort ? 0 : growth * Double(middle(number) - (start + cohort * period))
    }

    private static func level(in number: Int, cohort: Int) -> Double {
        1 + 0.1 * Double(number) + effect(in: number, cohort: cohort)
    }

    /// The mean effect in all cells of the panel in which a gap is trained.
    var truth: Double { Self.mean(Self.cohorts.flatMap { cohort in (cohort..<Self.periods).map { (cohort, $0) } }) }

    /// The mean effect in the two periods after the completions of the first cohort: the second is still untrained.
    var truthOfComparable: Double { Self.mean([(2, 2), (2, 3)]) }

    private static func mean(_ cells: [(cohort: Int, number: Int)]) -> Double {
        cells.reduce(0) { $0 + effect(in: $1.number, cohort: $1.cohort) } / Double(cells.count)
    }

    /// The coefficient of "is trained" in a regression with a constant for each gap and each period: that of the
    /// double-demeaned indicator.
    var twoWayFixedEffects: Double {
        let cells = Self.cohorts.map { cohort in
            (0..<Self.periods).map { (isTrained: $0 >= cohort ? 1.0 : 0, level: Self.level(in: $0, cohort: cohort)) }
        }
        let rows = cells.map { row in row.reduce(0) { $0 + $1.isTrained } / Double(row.count) }
        let columns = (0..<Self.periods).map { number in
            cells.reduce(0) { $0 + $1[number].isTrained } / Double(cells.count)
        }
        let whole = rows.reduce(0, +) / Double(rows.count)
        var product = 0.0
        var square = 0.0
        for (row, cells) in cells.enumerated() {
            for (column, cell) in cells.enumerated() {
                let indicator = cell.isTrained - rows[row] - columns[column] + whole
                product += indicator * cell.level
                square += indicator * indicator
            }
        }
        return product / square
    }
}
