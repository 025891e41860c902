import Accountability
import Models

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// "From measures to a score" as `scoring-model.md` says it, formula by formula.
struct NaivePosterior {
    let policy: Policy

    /// `nil` where the status is `insufficient`.
    func score(_ sums: [Measure: NaiveModel.Sum]) -> Double? {
        let applied = sums.filter { $0.value.n != .zero }
        let trials = applied.values.reduce(Fraction.zero) { $0 + $1.n }
        if applied.count < policy.minimumMeasures || trials < Fraction(policy.minimumTrials) { return nil }
        return estimate(applied)
    }

    /// 50 where no measure applies.
    func estimate(_ applied: [Measure: NaiveModel.Sum]) -> Double {
        let applied = applied.filter { $0.value.n != .zero }
        if applied.isEmpty { return 50 }
        let total = applied.keys.reduce(0.0) { $0 + Double(policy.weight(of: $1)) }
        let kappa = policy.kappa
        var logs: [Double] = []
        var scores: [Double] = []
        for j in 0..<policy.levels {
            let m = (Double(j) + 0.5) / Double(policy.levels)
            var log = 0.0
            var score = 0.0
            for (measure, sum) in applied {
                let (n, s) = (sum.n.doubleValue, sum.s.doubleValue)
                log += beta(s + kappa * m, n - s + kappa * (1 - m)) - beta(kappa * m, kappa * (1 - m))
                score += Double(policy.weight(of: measure)) / total * (s + kappa * m) / (n + kappa)
            }
            logs.append(log)
            scores.append(score)
        }
        let greatest = logs.max() ?? 0
        let weights = logs.map { exp($0 - greatest) }
        return 100 * zip(weights, scores).reduce(0) { $0 + $1.0 * $1.1 } / weights.reduce(0, +)
    }

    private func beta(_ a: Double, _ b: Double) -> Double { lgamma(a) + lgamma(b) - lgamma(a + b) }
}
