import Models
import Testing

@testable import Calibration

@Suite struct DistributionTests {
    private static let draws = 40_000

    /// Mean and variance of many draws.
    private func moments(_ draw: (inout RandomSource) -> Double) -> (mean: Double, variance: Double) {
        var random = RandomSource(seed: 5)
        let values = (0..<Self.draws).map { _ in draw(&random) }
        let mean = values.reduce(0, +) / Double(values.count)
        return (mean, values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count))
    }

    @Test(arguments: [(4.0, 2.0), (0.4, 1.6), (1.0, 1.0), (0.02, 0.03), (9.0, 1.0)])
    func `beta has its mean and variance`(a: Double, b: Double) {
        let (mean, variance) = moments { $0.beta(a, b) }
        let expected = a / (a + b)
        #expect(abs(mean - expected) < 0.01)
        #expect(abs(variance - expected * (1 - expected) / (a + b + 1)) < 0.01)
    }

    @Test func `gamma and normal have theirs`() {
        let gamma = moments { $0.gamma(shape: 0.5) }
        #expect(abs(gamma.mean - 0.5) < 0.02)
        #expect(abs(gamma.variance - 0.5) < 0.04)
        let normal = moments { $0.normal() }
        #expect(abs(normal.mean) < 0.02)
        #expect(abs(normal.variance - 1) < 0.03)
    }

    @Test func `arrivals are as many as the rate says, ascending and inside`() {
        var random = RandomSource(seed: 2)
        let arrivals = random.arrivals(rate: 0.5, in: 100..<20_100)
        #expect(abs(arrivals.count - 10_000) < 400)
        #expect(arrivals == arrivals.sorted())
        #expect(arrivals.allSatisfy { $0 >= 100 && $0 < 20_100 })
        #expect(random.arrivals(rate: 0, in: 0..<1_000).isEmpty)
    }
}
