import Models
import Testing

@testable import Calibration

@Suite struct CellSummaryTests {
    private let cell = Cell(population: .level(0.5), team: 3)

    /// A manager whose row says what it is told to.
    private func manager(
        truth: Double?, score: Double?, low: Double?, high: Double?, _ status: ManagerStatus
    ) -> SimulatedManager {
        SimulatedManager(
            rates: Rates(complement: ComplementCurve(inner: [])) { _ in 0.5 },
            row: truth.map { _ in
                ManagerScore(
                    manager: TeamSimulation.manager, level: 0.5, score: score, low: low, high: high, status: status,
                    measures: [:])
            }, truth: truth)
    }

    private var managers: [SimulatedManager] {
        [
            manager(truth: 60, score: 70, low: 62, high: 78, .owning),
            manager(truth: 55, score: 50, low: 40, high: 60, .mixed),
            manager(truth: 52, score: 40, low: 32, high: 48, .outsourced),
            manager(truth: 30, score: 32, low: 20, high: 44, .outsourced),
            manager(truth: 58, score: 72, low: 61, high: 83, .owning),
            manager(truth: 41, score: nil, low: nil, high: nil, .insufficient),
            manager(truth: nil, score: nil, low: nil, high: nil, .insufficient),
        ]
    }

    @Test func `a summary counts who is covered, by how much they are off, and as what they are shown`() {
        let summary = CellSummary(cell, managers, policy: .standard)
        #expect(summary.managers == 6)
        #expect(summary.scored == 5)
        #expect(abs(summary.coverage - 0.4) < 1e-12)
        #expect(abs(summary.tooHigh - 0.4) < 1e-12)
        #expect(abs(summary.tooLow - 0.2) < 1e-12)
        #expect(summary.meanTruth == 51)
        #expect(abs(summary.meanScore - 52.8) < 1e-12)
        #expect(abs(summary.bias - 1.8) < 1e-12)
        #expect(abs(summary.width - 19.6) < 1e-12)
        #expect(abs(summary.error - (469.0 / 5).squareRoot()) < 1e-12)
        #expect(summary.share(of: .outsourced) == 2.0 / 6)
        #expect(abs(summary.coverageError - (0.4 * 0.6 / 5).squareRoot()) < 1e-12)
    }

    @Test func `who is wrongly shown as outsourced or owning is counted among those who are not`() {
        let summary = CellSummary(cell, managers, policy: .standard)
        #expect(summary.notOutsourced == CellSummary.Share(count: 1, of: 4))
        #expect(summary.notOwning == CellSummary.Share(count: 1, of: 5))
        // 50 to 55 and 55 to 60, and from 60 on.
        #expect(summary.outsourcedByScore[0] == CellSummary.Share(count: 1, of: 1))
        #expect(summary.outsourcedByScore[1] == CellSummary.Share(count: 0, of: 2))
        #expect(summary.outsourcedByScore[2] == CellSummary.Share(count: 0, of: 1))
        #expect(summary.outsourcedByScore.reduce(0) { $0 + $1.of } == 4)
    }

    @Test func `within half a point of the threshold counts as at it`() {
        let near = [
            manager(truth: 50.4, score: 45, low: 41, high: 49, .outsourced),
            manager(truth: 49.5, score: 50, low: 45, high: 55, .mixed),
            manager(truth: 49.4, score: 45, low: 41, high: 49, .outsourced),
        ]
        let summary = CellSummary(cell, near, policy: .standard)
        #expect(summary.atThreshold == CellSummary.Share(count: 1, of: 2))
        #expect(summary.notOutsourced == CellSummary.Share(count: 1, of: 1))
    }

    @Test func `a curve is a straight line between its points, from nothing to all`() {
        let curve = ComplementCurve(inner: [0.2, 0.6, 0.9])
        #expect(curve.rate(coaching: 0) == 0)
        #expect(abs(curve.rate(coaching: 0.375) - 0.4) < 1e-12)
        #expect(curve.rate(coaching: 1) == 1)
    }

    @Test(arguments: [
        (1.005, 2, "1.00"), (-0.04, 1, "0.0"), (-2.25, 1, "-2.3"), (0.05, 2, "0.05"), (100, 0, "100"), (.nan, 1, "–"),
    ])
    func `numbers are written with as many decimals as they are to have`(value: Double, places: Int, text: String) {
        #expect(FixedPoint.text(value, places) == text)
    }
}
