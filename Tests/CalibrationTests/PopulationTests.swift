import Models
import Testing

@testable import Calibration

@Suite struct PopulationTests {
    private let curve = ComplementCurve(inner: [0.1, 0.5, 0.9])

    private func draws(_ population: Population, _ count: Int = 2_000) -> [Rates] {
        var random = RandomSource(seed: 11)
        return (0..<count).map { _ in population.rates(&random, complement: curve, policy: .standard) }
    }

    private func mean(_ rates: [Rates], _ measure: Measure) -> Double {
        rates.reduce(0) { $0 + $1[measure] } / Double(rates.count)
    }

    /// Of two measures' rates, over managers.
    private func correlation(_ rates: [Rates], _ a: Measure, _ b: Measure) -> Double {
        let (meanA, meanB) = (mean(rates, a), mean(rates, b))
        var sums = (ab: 0.0, aa: 0.0, bb: 0.0)
        for rate in rates {
            let (x, y) = (rate[a] - meanA, rate[b] - meanB)
            sums = (sums.ab + x * y, sums.aa + x * x, sums.bb + y * y)
        }
        return sums.ab / (sums.aa * sums.bb).squareRoot()
    }

    @Test func `independent rates don't know of each other, those of managers that differ do`() {
        #expect(abs(correlation(draws(.independent), .clarity, .action)) < 0.1)
        #expect(correlation(draws(.differing(concentration: 2)), .clarity, .action) > 0.3)
        #expect(correlation(draws(.differing(concentration: 10)), .clarity, .action) > 0.7)
    }

    @Test func `skewed rates have the mean of Beta(4, 2)`() {
        #expect(abs(mean(draws(.skewed), .closure) - 2.0 / 3) < 0.02)
    }

    @Test func `managers at a level have it in every measure but the one that follows from coaching`() {
        for rates in draws(.level(0.7), 3) {
            #expect(Rates.free.allSatisfy { rates[$0] == 0.7 })
            #expect(abs(rates[.complement] - 0.82) < 1e-9)  // 0.5 and 0.9, on a straight line at 0.7
        }
    }

    @Test(arguments: [Population.even(scores: 50...100), .uneven(scores: 50...100)])
    func `spread scores are spread over their range`(population: Population) {
        let scores = draws(population).map { $0.score(over: Measure.allCases, policy: .standard) }
        #expect(scores.allSatisfy { $0 > 49.999 && $0 <= 100 })
        #expect(abs(scores.reduce(0, +) / 2_000 - 75) < 1)
        #expect(abs(Double(scores.filter { $0 < 60 }.count) / 2_000 - 0.2) < 0.03)
    }

    @Test func `exactly the threshold is exactly the threshold`() {
        for rates in draws(.uneven(scores: 50...50), 50) {
            #expect(abs(rates.score(over: Measure.allCases, policy: .standard) - 50) < 1e-6)
        }
    }

    @Test func `a true score weighs the measures that apply and no others`() {
        let rates = Rates(complement: curve) { $0 == .coaching ? 0.25 : 1 }
        #expect(abs(rates.score(over: [.coaching, .clarity], policy: .standard) - 100 * (0.5 + 0.9995) / 3) < 1e-9)
        #expect(abs(rates.score(over: [.complement], policy: .standard) - 10) < 1e-9)
    }
}
