import Testing

@testable import Accountability

@Suite struct DifferenceSampleTests {
    @Test func `the small-sample factor goes by the smaller number of teams, trained or compared with`() {
        // Trained gaps of teams 0 to 3, compared with gaps of two teams only.
        var sample = DifferenceSample()
        let others = [DifferenceSample.Other(place: 4, change: 0), DifferenceSample.Other(place: 5, change: 1)]
        for (place, change) in [0.5, 1.5, 1, 2].enumerated() { sample.add(place, change, against: others) }
        let (effect, error, _) = sample.estimate(teams: [0, 1, 2, 3, 4, 5])
        #expect(abs(effect - 0.75) < 1e-12)
        // Of each trained gap a quarter of what it is off; of each compared one its half, by √2 for two of them.
        let trained = [-0.75, 0.25, -0.25, 0.75].reduce(0) { $0 + ($1 / 4) * ($1 / 4) }
        let compared = 2 * 0.5 * 0.5 * 2 / 4
        #expect(abs(error * error - (trained + compared) * 2) < 1e-12)
    }
}
