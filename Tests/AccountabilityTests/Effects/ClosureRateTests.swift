import Accountability
import Foundation
import Models
import Support
import Testing

@Suite struct ClosureRateTests {
    private static let today = SimulatedGaps.today.number

    private func course(
        _ number: Int, person: Int? = nil, identified: Int, end: GapCourse.End? = nil,
        steps: GapCourse.Steps = GapCourse.Steps()
    ) -> GapCourse {
        GapCourse(
            gap: GapID(unchecked: "g\(number)"), person: PersonID(unchecked: "p\(person ?? number)"),
            team: PersonID(unchecked: "m"), cause: .skill, identified: identified, end: end, steps: steps)
    }

    private func rate(_ path: ClosurePath, _ courses: [GapCourse]) throws -> ClosureRate {
        let rates = EffectStudy(courses: courses, asOf: SimulatedGaps.today).closureRates()
        #expect(rates.map(\.path) == ClosurePath.allCases)
        return try #require(rates.first { $0.path == path })
    }

    @Test func `followed to the end, a rate is a share with Wilson's interval`() throws {
        let courses = (0..<20).map { number in
            let ending: GapCourse.Ending? = number < 8 ? .verified : number < 13 ? .unverified : nil
            return course(
                number, identified: Self.today - 200,
                end: ending.map { GapCourse.End(day: Self.today - 200 + 35 + 4 * number, ending: $0) })
        }
        let rate = try rate(.nothing, courses)
        let closed = try #require(rate.closed)
        let verified = try #require(rate.verified)
        #expect(rate.evidence == ClosureRate.Evidence(gaps: 20, people: 20, followed: 20))
        // Computed apart: Wilson's interval for 13 and 8 of 20 with z = 1.6448536.
        #expect(abs(closed.value - 0.65) < 1e-12)
        #expect(abs(closed.low - 0.466_513) < 1e-5 && abs(closed.high - 0.797_740) < 1e-5, "\(closed)")
        #expect(abs(verified.value - 0.4) < 1e-12)
        #expect(abs(verified.low - 0.242_387) < 1e-5 && abs(verified.high - 0.581_444) < 1e-5, "\(verified)")
    }

    @Test func `an end on the last day counts, one a day later does not`() throws {
        let courses = (0..<10).map { number in
            course(
                number, identified: Self.today - 300,
                end: GapCourse.End(day: Self.today - 300 + (number < 5 ? 120 : 121), ending: .verified))
        }
        #expect(try rate(.nothing, courses).closed?.value == 0.5)
    }

    @Test func `gaps that are still followed count for as long as they were, by Aalen and Johansen`() throws {
        // Thirty gaps, ten of them followed for 45 days after the landmark only. Of all 30, six close on day 20 after
        // it and three are withdrawn; of the 20 left, four close on day 80.
        var courses: [GapCourse] = []
        for number in 0..<30 {
            let identified = number < 10 ? Self.today - 75 : Self.today - 300
            var end: GapCourse.End?
            if number % 5 == 0 { end = GapCourse.End(day: identified + 50, ending: .verified) }
            if number % 10 == 1 { end = GapCourse.End(day: identified + 50, ending: .withdrawn) }
            if [12, 17, 22, 27].contains(number) { end = GapCourse.End(day: identified + 110, ending: .verified) }
            courses.append(course(number, identified: identified, end: end))
        }
        // Open after day 20: 21 of 30. Left at day 45: ten less three. At risk on day 80: 14.
        let expected = 6.0 / 30 + 21.0 / 30 * 4 / 14
        let rate = try rate(.nothing, courses)
        #expect(rate.evidence?.followed == 20)
        #expect(abs(try #require(rate.closed).value - expected) < 1e-12)
    }

    @Test func `without competing ends the variance is Greenwood's`() throws {
        var courses: [GapCourse] = []
        var product = 1.0
        var sum = 0.0
        for number in 0..<40 {
            // Every other one closes, on a day of its own; the others are left open the day after each.
            let isClosed = number % 2 == 0
            let exit = 10 + number
            let identified = isClosed ? Self.today - 300 : Self.today - 30 - exit
            if isClosed {
                let atRisk = Double(40 - number + 20)
                product *= 1 - 1 / atRisk
                sum += 1 / (atRisk * (atRisk - 1))
            }
            courses.append(
                course(
                    number, identified: identified,
                    end: isClosed ? GapCourse.End(day: identified + 30 + exit, ending: .unverified) : nil))
        }
        for number in 40..<60 { courses.append(course(number, identified: Self.today - 300)) }
        let share = 1 - product
        let size = share * product / (product * product * sum)
        let z = 1.644_853_626_951_472_7
        let half =
            z / (1 + z * z / size) * (share * product / size + z * z / (4 * size * size)).squareRoot()
        let closed = try #require(try rate(.nothing, courses).closed)
        #expect(abs(closed.value - share) < 1e-12)
        #expect(abs((closed.high - closed.low) / 2 - half) < 1e-9)
    }

    @Test func `a person's gaps that go alike count as one`() throws {
        let single = (0..<20).map { number in
            course(
                number, identified: Self.today - 200,
                end: number < 12 ? GapCourse.End(day: Self.today - 100, ending: .verified) : nil)
        }
        let twice =
            single
            + (0..<20).map { number in
                course(
                    100 + number, person: number, identified: Self.today - 200,
                    end: number < 12 ? GapCourse.End(day: Self.today - 100, ending: .verified) : nil)
            }
        let one = try #require(try rate(.nothing, single).closed)
        let two = try #require(try rate(.nothing, twice).closed)
        #expect(abs(one.low - two.low) < 1e-12 && abs(one.high - two.high) < 1e-12)
    }

    @Test func `the interval covers the true share about nine times in ten, with gaps cut off at random`() throws {
        var random = SplitMix(seed: 12)
        let daily = 0.01
        let truth = 1 - pow(1 - daily, 90)
        var covered = 0
        for _ in 0..<300 {
            let courses = (0..<60).map { number in
                let identified = Self.today - Int.random(in: 40...260, using: &random)
                var day = identified + 1
                while day <= Self.today, Double.random(in: 0..<1, using: &random) >= daily { day += 1 }
                return course(
                    number, identified: identified,
                    end: day <= Self.today ? GapCourse.End(day: day, ending: .verified) : nil)
            }
            let closed = try #require(try rate(.nothing, courses).closed)
            if closed.low <= truth, truth <= closed.high { covered += 1 }
        }
        #expect((252...288).contains(covered), "\(covered) of 300")
    }

    @Test func `training that does nothing looks good where early closers had no time for it, and not here`() throws {
        // Every gap closes at the same pace whatever is done; training comes on some day if the gap is still open.
        var random = SplitMix(seed: 3)
        var courses: [GapCourse] = []
        for number in 0..<3_000 {
            let identified = Self.today - 300
            var day = identified + 1
            while Double.random(in: 0..<1, using: &random) >= 0.02 { day += 1 }
            let training = identified + Int.random(in: 1...100, using: &random)
            let isTrained = training < day
            courses.append(
                course(
                    number, identified: identified,
                    end: day <= Self.today ? GapCourse.End(day: day, ending: .verified) : nil,
                    steps: GapCourse.Steps(training: isTrained ? training : nil)))
        }
        func naive(_ isTrained: Bool) -> Double {
            let group = courses.filter { ($0.steps.training != nil) == isTrained }
            return Double(group.count { ($0.end?.day ?? .max) <= $0.identified + 60 }) / Double(group.count)
        }
        #expect(naive(false) - naive(true) > 0.3, "By what was done in the end, training seems to do harm.")
        let trained = try #require(try rate(.training, courses).closed)
        let untrained = try #require(try rate(.nothing, courses).closed)
        #expect(abs(trained.value - untrained.value) < 0.05)
    }

    @Test func `few people are not shown, and few gaps followed give no rate`() throws {
        let four = (0..<12).map { course($0, person: $0 % 4, identified: Self.today - 200) }
        let hidden = try rate(.nothing, four)
        #expect(hidden.evidence == nil && hidden.closed == nil)
        #expect(hidden.reason == "Fewer than 5 people: not shown.")
        let recent = (0..<30).map { course($0, identified: Self.today - ($0 < 9 ? 200 : 60)) }
        let early = try rate(.nothing, recent)
        #expect(early.evidence == ClosureRate.Evidence(gaps: 30, people: 30, followed: 9))
        #expect(early.closed == nil && early.reason?.hasPrefix("Not enough evidence: 9 of these") == true)
        #expect(try rate(.coaching, recent).reason == "No gap went this way.")
    }

    @Test func `nobody closed is not certainty`() throws {
        let closed = try #require(
            try rate(.nothing, (0..<15).map { course($0, identified: Self.today - 200) }).closed)
        #expect(closed.value == 0 && closed.low == 0)
        #expect(closed.high > 0.1 && closed.high < 0.2)
    }
}
