package import Models

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Where simulated managers' true rates come from.
package enum Population: Hashable, Sendable {
    /// Each measure's rate uniform on `0...1`, independent of the others.
    case independent
    /// Each measure's rate from Beta(4, 2), independent of the others.
    case skewed
    /// A level per manager, uniform on `0...1`, and the measures' rates around it: Beta(c·level, c·(1 − level)).
    case differing(concentration: Double)
    /// All of a manager's rates, and all managers', are this one.
    case level(Double)
    /// True scores uniform on a range, `0...100`; all of a manager's rates are the same.
    case even(scores: ClosedRange<Double>)
    /// True scores uniform on a range, `0...100`; a manager's rates are uniform and independent, moved together (by the
    /// same step of log odds) until their score is the one drawn.
    case uneven(scores: ClosedRange<Double>)

    package func rates(
        _ random: inout RandomSource, complement: ComplementCurve, policy: Policy
    ) -> Rates {
        switch self {
        case .independent:
            return Rates(complement: complement) { _ in random.uniform() }
        case .skewed:
            return Rates(complement: complement) { _ in random.beta(4, 2) }
        case .differing(let concentration):
            let level = random.uniform()
            let (a, b) = (concentration * level, concentration * (1 - level))
            return Rates(complement: complement) { _ in a > 0 && b > 0 ? random.beta(a, b) : level }
        case .level(let level):
            return Rates(complement: complement) { _ in level }
        case .even(let scores):
            let target = Self.target(scores, &random)
            return Self.moved(Rates(complement: complement) { _ in 0.5 }, to: target, complement, policy)
        case .uneven(let scores):
            let target = Self.target(scores, &random)
            return Self.moved(
                Rates(complement: complement) { _ in random.uniform() }, to: target, complement, policy)
        }
    }

    private static func target(_ scores: ClosedRange<Double>, _ random: inout RandomSource) -> Double {
        scores.lowerBound + (scores.upperBound - scores.lowerBound) * random.uniform()
    }

    /// The rates whose log odds are all moved by the same step, so that the score over all measures is `target`.
    private static func moved(
        _ rates: Rates, to target: Double, _ complement: ComplementCurve, _ policy: Policy
    ) -> Rates {
        func moved(by step: Double) -> Rates {
            Rates(complement: complement) { measure in
                let odds = rates[measure] / (1 - rates[measure]) * exp(step)
                return odds / (1 + odds)
            }
        }
        var low = -30.0
        var high = 30.0
        for _ in 0..<60 {
            let middle = (low + high) / 2
            if moved(by: middle).score(over: Measure.allCases, policy: policy) < target {
                low = middle
            } else {
                high = middle
            }
        }
        return moved(by: (low + high) / 2)
    }
}

extension Population: CustomStringConvertible {
    package var description: String {
        switch self {
        case .independent: "independent uniform rates"
        case .skewed: "skewed rates, Beta(4, 2)"
        case .differing(let concentration): "managers that differ, concentration \(Self.number(concentration))"
        case .level(let level): "uniform managers at \(level)"
        case .even(let scores): "\(Self.words(scores)), even"
        case .uneven(let scores): "\(Self.words(scores)), uneven"
        }
    }

    private static func words(_ scores: ClosedRange<Double>) -> String {
        scores.lowerBound == scores.upperBound
            ? "exactly \(number(scores.lowerBound))"
            : "spread over \(number(scores.lowerBound)) to \(number(scores.upperBound))"
    }

    private static func number(_ value: Double) -> String {
        value == value.rounded() ? "\(Int(value))" : "\(value)"
    }
}
