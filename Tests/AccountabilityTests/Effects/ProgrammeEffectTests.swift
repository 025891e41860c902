import Accountability
import Models
import Support
import Testing

@Suite struct ProgrammeEffectTests {
    private typealias World = SimulatedGaps.World

    @Test(arguments: [0.0, 0.6])
    func `the interval covers a known effect about nine times in ten`(effect: Double) throws {
        var world = World()
        world.effect = { _ in effect }
        world.trend = 0.006
        var covered = 0
        var sum = 0.0
        let runs = 200
        for seed in 0..<runs {
            let found = try #require(
                SimulatedGaps.behaviour(world, seed: UInt64(seed)).overall.estimate, "run \(seed)")
            sum += found.effect
            if found.low <= effect, effect <= found.high { covered += 1 }
        }
        // Three standard errors of a share of 0.9 around it.
        #expect((167...193).contains(covered), "covered \(covered) of \(runs)")
        #expect(abs(sum / Double(runs) - effect) < 0.03, "mean \(sum / Double(runs))")
    }

    @Test func `a trend that everybody shares is no effect, though before and after differ`() throws {
        var world = World()
        world.trend = 0.01
        let found = try #require(SimulatedGaps.behaviour(world, seed: 3).overall.estimate)
        #expect(found.trainedChange > 0.5)
        #expect(abs(found.trainedChange - found.comparisonChange - found.effect) < 1e-12)
        #expect(found.low < 0 && found.high > 0)
    }

    @Test func `a strong effect is found, and its size is near the truth`() throws {
        var world = World()
        world.effect = { _ in 1 }
        let outcome = SimulatedGaps.behaviour(world, seed: 5)
        let found = try #require(outcome.overall.estimate)
        #expect(outcome.verdict == .improved)
        #expect(abs(found.effect - 1) < 0.3)
        #expect(outcome.periods.count == 2 && outcome.periods.allSatisfy { $0.estimate != nil })
        world.effect = { _ in -1 }
        #expect(SimulatedGaps.behaviour(world, seed: 5).verdict == .worsened)
    }

    @Test func `who moves apart before the training is not comparable`() {
        var world = World()
        world.trendOfTrained = 0.02
        let outcome = SimulatedGaps.behaviour(world, seed: 1)
        #expect(outcome.verdict == .movedApartBefore)
        #expect((outcome.before.estimate?.low ?? 0) > 0)
    }

    @Test func `the check before the training warns falsely about once in ten`() {
        var warnings = 0
        for seed in 100..<200 {
            if SimulatedGaps.behaviour(World(), seed: UInt64(seed)).verdict == .movedApartBefore { warnings += 1 }
        }
        #expect((1...20).contains(warnings), "\(warnings) of 100")
    }

    @Test func `teams that change together widen the interval`() throws {
        var world = World()
        world.readingNoise = 0.05
        world.teamNoise = 0
        let alone = try #require(SimulatedGaps.behaviour(world, seed: 2).overall.estimate)
        world.teamNoise = 1
        let together = try #require(SimulatedGaps.behaviour(world, seed: 2).overall.estimate)
        #expect(together.standardError > 3 * alone.standardError)
    }

    @Test func `effects that grow and staggered starts mislead two-way fixed effects, not this`() throws {
        let panel = StaggeredPanel()
        let found = try #require(SimulatedGaps.behaviour(panel.courses).overall.estimate)
        #expect(abs(found.effect - panel.truthOfComparable) < 1e-9)
        #expect(found.standardError < 1e-9)
        #expect(abs(panel.twoWayFixedEffects - panel.truth) > 0.3 * panel.truth)
    }

    @Test func `any order of the gaps gives the same numbers to the last bit`() {
        var world = World()
        world.effect = { _ in 0.4 }
        let courses = SimulatedGaps(world, seed: 9).courses
        var random = SplitMix(seed: 4)
        for _ in 0..<3 {
            #expect(SimulatedGaps.behaviour(courses.shuffled(using: &random)) == SimulatedGaps.behaviour(courses))
        }
    }

    @Test func `too little evidence is said in words`() {
        func reason(_ courses: [GapCourse]) -> String {
            let outcome = SimulatedGaps.behaviour(courses)
            #expect(outcome.verdict == .notEnoughEvidence)
            return outcome.overall.reason ?? "there is an estimate"
        }
        var world = World()
        #expect(reason([]) == "No completion names a gap of its own person.")
        world.trained = 9
        #expect(reason(SimulatedGaps(world, seed: 1).courses).hasPrefix("9 gaps were trained first"))
        world = World()
        world.untrained = 0
        world.cohorts = [140]
        #expect(reason(SimulatedGaps(world, seed: 1).courses).hasPrefix("For 0 trained gaps there are comparable"))
        world = World()
        world.teamSize = 27
        #expect(reason(SimulatedGaps(world, seed: 1).courses).hasPrefix("They are of 4 teams"))
        let unseen = SimulatedGaps(World(), seed: 1).courses.map { course in
            course.with(levels: course.completions.isEmpty ? course.levels : [])
        }
        #expect(reason(unseen).hasPrefix("Of 36 trained gaps 0 could be seen both before and after"))
        world = World()
        world.cohorts = [20]
        #expect(reason(SimulatedGaps(world, seed: 1).courses).hasPrefix("Of 36 trained gaps 0"), "not followed yet")
    }

    @Test func `another cause, another time, an end or a training takes a gap out of the comparison`() throws {
        let courses = SimulatedGaps(World(), seed: 8).courses
        let all = try #require(SimulatedGaps.behaviour(courses).overall.estimate)
        #expect(all.comparisonGaps > 72, "Who is trained later is compared with until then.")
        let victim = try #require(courses.last)
        let today = SimulatedGaps.today.number
        let other = ProgrammeID(unchecked: "other")
        let changes: [(String, GapCourse)] = [
            ("cause", victim.with(cause: .will)),
            ("identified long before", victim.with(identified: victim.identified - 365)),
            ("withdrawn", victim.with(end: GapCourse.End(day: today, ending: .withdrawn))),
            ("ended", victim.with(end: GapCourse.End(day: victim.identified + 1, ending: .verified))),
            (
                "trained otherwise",
                victim.with(completions: [
                    GapCourse.Completion(programme: other, gap: nil, day: victim.identified + 5)
                ])
            ),
            (
                "had the programme long ago",
                victim.with(completions: [
                    GapCourse.Completion(programme: SimulatedGaps.programme, gap: nil, day: victim.identified - 300)
                ])
            ),
        ]
        for (what, changed) in changes {
            let found = try #require(SimulatedGaps.behaviour(courses.dropLast() + [changed]).overall.estimate)
            #expect(found.comparisonGaps == all.comparisonGaps - 1, "\(what)")
        }
        let before = victim.with(completions: [
            GapCourse.Completion(programme: other, gap: nil, day: victim.identified - 300)
        ])
        let same = SimulatedGaps.behaviour(courses.dropLast() + [before]).overall.estimate
        #expect(same?.comparisonGaps == all.comparisonGaps)
    }

    @Test func `a gap that was trained otherwise first, or is withdrawn, is not one of the programme's`() throws {
        let courses = SimulatedGaps(World(), seed: 8).courses
        let first = try #require(courses.first)
        let other = ProgrammeID(unchecked: "other")
        let earlier = GapCourse.Completion(programme: other, gap: nil, day: first.identified)
        let withdrawn = GapCourse.End(day: SimulatedGaps.today.number, ending: .withdrawn)
        for changed in [
            first.with(completions: [earlier] + first.completions), first.with(end: withdrawn),
            first.with(completions: []),
        ] {
            let found = EffectStudy(courses: [changed] + courses.dropFirst(), asOf: SimulatedGaps.today)
                .effects(of: [SimulatedGaps.programme])[0]
            #expect(found.funnel.firstTrained == 35)
        }
        let next = GapCourse.Completion(programme: other, gap: nil, day: first.completions[0].day + 10)
        let changed = first.with(completions: first.completions + [next])
        let found = SimulatedGaps.behaviour([changed] + courses.dropFirst()).overall.estimate
        #expect(found?.trainedGaps == 35, "What follows the next training isn't this one's alone.")
    }

    @Test func `a gap that closed keeps its last level, so that the best are not lost`() throws {
        var world = World()
        world.effect = { _ in 1 }
        let courses = SimulatedGaps(world, seed: 6).courses.map { course in
            guard let completed = course.completions.first?.day else { return course }
            // Closed within a month, after which nobody looks.
            let seen = course.levels.filter { $0.day <= completed + 30 }
            guard let last = seen.last, last.day > completed else { return course }
            return course.with(levels: seen, end: GapCourse.End(day: completed + 31, ending: .verified))
        }
        let outcome = SimulatedGaps.behaviour(courses)
        let periods = try outcome.periods.map { try #require($0.estimate) }
        #expect(periods[1].trainedGaps >= periods[0].trainedGaps)
        #expect(periods[1].effect > 0.6)
    }
}
