import BigInt
import Support
import Testing

@testable import Accountability

@Suite struct NumberTests {
    @Test func `a double means its shortest decimal`() {
        #expect(Fraction(shortestDecimalOf: 0.1) == Fraction(1, 10))
        #expect(Fraction(shortestDecimalOf: -12.5) == Fraction(-25, 2))
        #expect(Fraction(shortestDecimalOf: -0.0) == .zero)
        #expect(Fraction(shortestDecimalOf: 1e22) == Fraction(BigInt(10).power(22), 1))
        #expect(Fraction(shortestDecimalOf: .leastNonzeroMagnitude) == Fraction(5, BigInt(10).power(324)))
        #expect(
            Fraction(shortestDecimalOf: .greatestFiniteMagnitude)
                == Fraction(BigInt(17_976_931_348_623_157) * BigInt(10).power(292), 1))
        // Binary arithmetic gets both of these wrong.
        #expect(Fraction(shortestDecimalOf: 0.1) + Fraction(shortestDecimalOf: 0.2) == Fraction(shortestDecimalOf: 0.3))
        #expect((Fraction(shortestDecimalOf: 0.7) - Fraction(shortestDecimalOf: 0.1)) / Fraction(6, 5) == .half)
    }

    @Test func `a double survives the way through fractions`() {
        var random = SplitMix(seed: 11)
        for _ in 0..<2_000 {
            let value = Double(bitPattern: random.next())
            guard value.isFinite, value.isNormal else { continue }
            #expect(Fraction(shortestDecimalOf: value).doubleValue == value)
        }
    }

    @Test func `arithmetic that leaves the range of Int stays exact and comes back`() {
        let great = Fraction(.max, 3)
        #expect(great * great / great == great)
        #expect(great + great - great == great)
        #expect(great < great + Fraction(1, .max))
        #expect(Fraction(.min, .min) == .one)
        #expect(Fraction(.min, -1) == Fraction(BigInt(Int.max) + 1, 1))
        #expect(Fraction(6, -4) == Fraction(-3, 2))
        #expect(Fraction(6, -4).denominator == 2)
    }

    @Test func `a sum is the same in any order, and what was added can be taken away`() {
        var random = SplitMix(seed: 5)
        let addends = (0..<200).map { _ in
            Fraction(Int.random(in: 0...50, using: &random), Int.random(in: 1...50, using: &random))
        }
        var sum = ExactSum()
        for addend in addends { sum.add(addend) }
        var other = ExactSum()
        for addend in addends.shuffled(using: &random) { other.add(addend) }
        #expect(sum == other)
        #expect(sum.total == addends.reduce(.zero, +))
        #expect(abs(sum.doubleValue - sum.total.doubleValue) < 1e-12)
        sum -= other
        #expect(sum.isZero)
    }

    @Test func `days are counted without looking at each`() {
        let days = DayRange(first: 10, last: 20)
        let away = [DayRange(first: 15, last: 16), DayRange(first: 1, last: 11), DayRange(first: 17, last: 17)]
        let holes = DayRange.merged(away)
        #expect(holes == [DayRange(first: 1, last: 11), DayRange(first: 15, last: 17)])
        #expect(days.without(holes) == [DayRange(first: 12, last: 14), DayRange(first: 18, last: 20)])
        #expect(days.without([DayRange(first: 0, last: 30)]) == [])
        #expect(DayRange.commonDays(days.without(holes), [DayRange(first: 14, last: 18)]) == 2)
        #expect(Organization.after(10, 3, away: holes) == 14)
        #expect(Organization.after(10, 4, away: holes) == 18)
        #expect(Organization.after(11, 3, away: []) == 14)
    }
}
