package import Models

/// What became of a cell's managers.
package struct CellSummary: Hashable, Sendable {
    package let cell: Cell
    package let managers: Int
    /// Managers with each status.
    package private(set) var statuses: [ManagerStatus: Int] = [:]
    /// Means over the managers who have a score, in points of the score. Not a number where nobody has one.
    package let meanTruth: Double
    package let meanScore: Double
    /// The mean width of the interval.
    package let width: Double
    /// The root of the mean squared error of the score.
    package let error: Double
    /// The share of intervals that hold the true score, and of those that lie above and below it.
    package let coverage: Double
    package let tooHigh: Double
    package let tooLow: Double
    /// Of those whose true score is at least the threshold of `outsourced`, how many are shown as such.
    package let notOutsourced: Share
    /// Of those whose true score is within half a point of that threshold, how many are shown as such.
    package let atThreshold: Share
    /// Of those whose true score is below the threshold of `owning`, how many are shown as such.
    package let notOwning: Share
    /// ``notOutsourced`` by true score, in ``bins`` steps from the threshold to 100.
    package let outsourcedByScore: [Share]

    /// So many of so many.
    package struct Share: Hashable, Sendable {
        package var count = 0
        package var of = 0
        package var value: Double { Double(count) / Double(of) }

        package init(count: Int = 0, of: Int = 0) {
            self.count = count
            self.of = of
        }

        mutating func add(_ isCounted: Bool) {
            of += 1
            if isCounted { count += 1 }
        }
    }

    package static let bins = 10

    /// The mean error of the score.
    package var bias: Double { meanScore - meanTruth }

    /// Managers who have a score.
    package var scored: Int { managers - statuses[.insufficient, default: 0] }

    /// The standard error of ``coverage``: how far it may be off by chance.
    package var coverageError: Double { (coverage * (1 - coverage) / Double(scored)).squareRoot() }

    package func share(of status: ManagerStatus) -> Double {
        Double(statuses[status, default: 0]) / Double(managers)
    }

    /// - Parameter simulated: In a fixed order, so that sums are the same to the last bit. Those for whom no measure
    ///   applies are left out.
    package init(_ cell: Cell, _ simulated: some Sequence<SimulatedManager>, policy: Policy) {
        var managers = 0
        var sums = (truth: 0.0, score: 0.0, width: 0.0, squares: 0.0, scored: 0.0, high: 0.0, low: 0.0)
        var notOutsourced = Share()
        var atThreshold = Share()
        var notOwning = Share()
        var byScore = [Share](repeating: Share(), count: Self.bins)
        for manager in simulated {
            guard let row = manager.row, let truth = manager.truth else { continue }
            managers += 1
            statuses[row.status, default: 0] += 1
            // Rounded, since a score that is meant to be the threshold is off it by rounding.
            let rounded = (truth * 1e6).rounded() / 1e6
            if rounded >= policy.outsourcedHigh {
                notOutsourced.add(row.status == .outsourced)
                byScore[Self.bin(truth, policy)].add(row.status == .outsourced)
            }
            if abs(rounded - policy.outsourcedHigh) <= 0.5 { atThreshold.add(row.status == .outsourced) }
            if rounded < policy.owningLow { notOwning.add(row.status == .owning) }
            guard let score = row.score, let low = row.low, let high = row.high else { continue }
            sums.scored += 1
            sums.truth += truth
            sums.score += score
            sums.width += high - low
            sums.squares += (score - truth) * (score - truth)
            sums.high += truth < low ? 1 : 0
            sums.low += truth > high ? 1 : 0
        }
        self.cell = cell
        self.managers = managers
        meanTruth = sums.truth / sums.scored
        meanScore = sums.score / sums.scored
        width = sums.width / sums.scored
        error = (sums.squares / sums.scored).squareRoot()
        tooHigh = sums.high / sums.scored
        tooLow = sums.low / sums.scored
        coverage = 1 - tooHigh - tooLow
        self.notOutsourced = notOutsourced
        self.atThreshold = atThreshold
        self.notOwning = notOwning
        outsourcedByScore = byScore
    }

    private static func bin(_ truth: Double, _ policy: Policy) -> Int {
        let span = max(100 - policy.outsourcedHigh, 1e-9)
        return min(max(Int((truth - policy.outsourcedHigh) / span * Double(bins)), 0), bins - 1)
    }
}
