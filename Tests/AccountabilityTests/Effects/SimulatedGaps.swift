import Accountability
import Models
import Support

/// Courses of gaps whose true effects are known, for asking how often the study finds them.
struct SimulatedGaps {
    static let today = Day(number: 20_000)
    static let programme = ProgrammeID(unchecked: "p")

    /// What is true of the world that is simulated.
    struct World {
        var trained = 36
        var untrained = 72
        var teamSize = 3
        /// What the programme adds to the level so many days after the completion.
        var effect: @Sendable (Int) -> Double = { _ in 0 }
        /// What each day adds for everybody.
        var trend = 0.0
        /// What each day adds for those who are trained later or sooner, before and after.
        var trendOfTrained = 0.0
        /// The spread of what a team's changes share, of gaps, and of readings.
        var teamNoise = 0.15
        var gapNoise = 0.5
        var readingNoise = 0.4
        /// The days before today on which people complete the programme, dealt out in turn.
        var cohorts = [140, 200, 260]
    }

    private var random: SplitMix
    private(set) var courses: [GapCourse] = []

    init(_ world: World, seed: UInt64) {
        random = SplitMix(seed: seed)
        // Each team has trained and untrained gaps: who is trained is left to chance, given the trend.
        let teams = (world.trained + world.untrained) / world.teamSize
        let slopes = (0..<max(1, teams)).map { _ in normal() * world.teamNoise / 90 }
        for number in 0..<(world.trained + world.untrained) {
            let isTrained = number < world.trained
            let cohort = world.cohorts[number % world.cohorts.count]
            add(number, team: number % max(1, teams), slopes, isTrained ? cohort : nil, cohort, world)
        }
    }

    /// - Parameter completed: Days before today.
    private mutating func add(
        _ number: Int, team: Int, _ slopes: [Double], _ completed: Int?, _ cohort: Int, _ world: World
    ) {
        let today = Self.today.number
        let identified = today - cohort - 100 + int(in: -20...20)
        let start = 1.5 + normal() * world.gapNoise
        let slope = world.trend + slopes[team] + (completed == nil ? 0 : world.trendOfTrained)
        var levels: [GapCourse.Reading] = []
        var day = identified + int(in: 0...15)
        while day <= today {
            var level = start + slope * Double(day - identified) + normal() * world.readingNoise
            if let completed, day > today - completed { level += world.effect(day - (today - completed)) }
            levels.append(GapCourse.Reading(day: day, value: level))
            day += int(in: 12...30)
        }
        let person = PersonID(unchecked: "person \(number)")
        let gap = GapID(unchecked: "gap \(number)")
        courses.append(
            GapCourse(
                gap: gap, person: person, team: PersonID(unchecked: "team \(team)"), cause: .skill,
                identified: identified, levels: levels,
                completions: completed.map {
                    [GapCourse.Completion(programme: Self.programme, gap: gap, day: today - $0)]
                } ?? []))
    }

    /// Roughly standard normal.
    private mutating func normal() -> Double {
        (0..<12).reduce(-6.0) { sum, _ in sum + Double.random(in: 0..<1, using: &random) }
    }

    private mutating func int(in range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }

    /// What the study finds in one simulated world.
    static func behaviour(_ world: World, seed: UInt64) -> ProgrammeEffect.Outcome {
        behaviour(SimulatedGaps(world, seed: seed).courses)
    }

    static func behaviour(_ courses: [GapCourse]) -> ProgrammeEffect.Outcome {
        EffectStudy(courses: courses, asOf: today).effects(of: [programme])[0].behaviour
    }
}
