package import Models

/// What closes gaps here: closure rates by path, and what programmes changed.
///
/// Pure: the same courses in any order give the same numbers, to the last bit. Definitions: docs/effects.md.
package struct EffectStudy: Sendable {
    package let asOf: Day
    package let design: EffectDesign
    /// Of the days looked back at, by identifier.
    private let courses: [GapCourse]

    /// - Parameters:
    ///   - courses: Of all units, each gap once, read as of the day.
    ///   - asOf: The scored day.
    package init(courses: [GapCourse], asOf: Day, design: EffectDesign = .standard) {
        self.asOf = asOf
        self.design = design
        let first = asOf.number - design.lookback + 1
        self.courses = courses.filter { $0.identified >= first }.sorted { $0.gap < $1.gap }
    }

    /// How many gaps are looked at.
    package var gaps: Int { courses.count }

    /// A rate for each path, in the order of the paths.
    ///
    /// - Parameters:
    ///   - cause: Only gaps of this cause; `nil`: all.
    ///   - isIncluded: Only gaps of these people.
    package func closureRates(
        cause: Cause? = nil, of isIncluded: (PersonID) -> Bool = { _ in true }
    ) -> [ClosureRate] {
        var byPath: [ClosurePath: [GapCourse]] = [:]
        for course in courses where (cause == nil || course.cause == cause) && isIncluded(course.person) {
            byPath[ClosurePath(course.steps, through: course.identified + design.landmark), default: []].append(course)
        }
        return ClosurePath.allCases.map {
            ClosureRate.of($0, byPath[$0] ?? [], today: asOf.number, design: design)
        }
    }

    /// The programmes that somebody completed for a job, by identifier.
    package var programmes: [ProgrammeID] {
        Set(courses.lazy.flatMap { $0.completions.map(\.programme) }).sorted()
    }

    /// What the programmes changed, in the order in which they are named; one that nobody completed has no evidence.
    package func effects(of programmes: [ProgrammeID]) -> [ProgrammeEffect] {
        let pool = ComparisonPool(courses, today: asOf.number, design: design)
        return programmes.map { ProgrammeStudy($0, pool).effect() }
    }
}
