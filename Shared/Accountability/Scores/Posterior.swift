package import Models

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// From trials to a score: a hierarchical beta-binomial model in which the measures lend each other evidence
/// through the manager's overall level.
///
/// Source: `scoring-model.md`, "From measures to a score".
package struct Posterior: Sendable {
    let policy: Policy
    /// The midpoints `m_j` over which the level is integrated.
    private let points: [Double]
    /// `ln B(κ·m_j, κ·(1 − m_j))`.
    private let priors: [Double]

    package init(policy: Policy) {
        self.policy = policy
        points = (0..<policy.levels).map { (Double($0) + 0.5) / Double(policy.levels) }
        priors = points.map { Self.logBeta(policy.kappa * $0, policy.kappa * (1 - $0)) }
    }

    /// A manager's row; `nil` where no measure applies.
    package func score(manager: PersonID, _ tally: Contribution) -> ManagerScore? {
        let applied = Measure.allCases.filter(tally.applies).map { measure in
            Applied(
                measure: measure, n: tally.trials(of: measure, policy: policy).doubleValue,
                s: tally.roundedCredit(of: measure, policy: policy), weight: Double(policy.weight(of: measure)))
        }
        if applied.isEmpty { return nil }
        let shares = shares(applied)
        let level = zip(shares, points).reduce(0) { $0 + $1.0 * $1.1 }
        let measures = applied.map { ($0.measure, published($0, level, shares)) }
        let interval = interval(applied, shares)
        let status = status(tally, applied.count, interval)
        let isScored = status != .insufficient
        return ManagerScore(
            manager: manager, level: level, score: isScored ? interval.score : nil,
            low: isScored ? interval.low : nil, high: isScored ? interval.high : nil, status: status,
            measures: Dictionary(uniqueKeysWithValues: measures))
    }

    /// One row without keeping the tables; for many rows keep a posterior.
    package static func score(manager: PersonID, _ tally: Contribution, policy: Policy) -> ManagerScore? {
        Posterior(policy: policy).score(manager: manager, tally)
    }

    struct Applied {
        let measure: Measure
        let n: Double
        let s: Double
        let weight: Double

        func mean(_ point: Double, _ kappa: Double) -> Double {
            (s + kappa * point) / (n + kappa)
        }

        func variance(_ mean: Double, _ kappa: Double) -> Double {
            mean * (1 - mean) / (n + kappa + 1)
        }
    }

    /// `p_j`: what each level is worth after the evidence; they add up to 1.
    func shares(_ applied: [Applied]) -> [Double] {
        let kappa = policy.kappa
        let logs = points.indices.map { index in
            applied.reduce(0) { sum, measure in
                let borrowed = kappa * points[index]
                return sum + Self.logBeta(measure.s + borrowed, measure.n - measure.s + kappa - borrowed)
                    - priors[index]
            }
        }
        let greatest = logs.max() ?? 0
        let weights = logs.map { exp($0 - greatest) }
        let total = weights.reduce(0, +)
        return weights.map { $0 / total }
    }

    private func published(_ measure: Applied, _ level: Double, _ shares: [Double]) -> MeasureScore {
        let kappa = policy.kappa
        let mean = measure.mean(level, kappa)
        let variance = zip(shares, points).reduce(0) { sum, term in
            let atPoint = measure.mean(term.1, kappa)
            let offset = atPoint - mean
            return sum + term.0 * (measure.variance(atPoint, kappa) + offset * offset)
        }
        return MeasureScore(n: measure.n, s: measure.s, mean: mean, variance: variance)
    }

    func interval(_ applied: [Applied], _ shares: [Double]) -> (score: Double, low: Double, high: Double) {
        let kappa = policy.kappa
        let total = applied.reduce(0) { $0 + $1.weight }
        var means: [Double] = []
        var variances: [Double] = []
        for point in points {
            var mean = 0.0
            var variance = 0.0
            for measure in applied {
                let weight = measure.weight / total
                let atPoint = measure.mean(point, kappa)
                mean += weight * atPoint
                variance += weight * weight * measure.variance(atPoint, kappa)
            }
            means.append(mean)
            variances.append(variance)
        }
        let mean = zip(shares, means).reduce(0) { $0 + $1.0 * $1.1 }
        let variance = shares.indices.reduce(0) { sum, index in
            let offset = means[index] - mean
            return sum + shares[index] * (variances[index] + offset * offset)
        }
        let score = 100 * mean
        let reach = policy.intervalFactor * 100 * variance.squareRoot()
        return (score, max(0, score - reach), min(100, score + reach))
    }

    private func status(
        _ tally: Contribution, _ applied: Int, _ interval: (score: Double, low: Double, high: Double)
    ) -> ManagerStatus {
        // Exact: days of coaching over the cadence against whole trials.
        let days = tally.count(of: .coaching)
        let others = Measure.allCases.reduce(0) { $1 == .coaching ? $0 : $0 + tally.count(of: $1) }
        let isFew = others * policy.cadence + days < policy.minimumTrials * policy.cadence
        if applied < policy.minimumMeasures || isFew { return .insufficient }
        if interval.low >= policy.owningLow { return .owning }
        return interval.high < policy.outsourcedHigh ? .outsourced : .mixed
    }

    private static func logBeta(_ a: Double, _ b: Double) -> Double {
        lgamma(a).0 + lgamma(b).0 - lgamma(a + b).0
    }
}
