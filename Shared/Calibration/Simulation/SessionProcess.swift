import Models

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A stationary random process in time by which a manager's coaching sessions come. Its rate is set so that the share of
/// days within the cadence of a session, `V/D` expected, is the manager's true coaching rate.
package enum SessionProcess: Hashable, Sendable {
    case poisson, regular, bursts, teamWeeks

    struct Session {
        /// In days since 1970-01-01.
        let time: Double
        /// Sessions of one burst share it.
        let occasion: Int
    }

    /// The sessions with each of `people` reports in a range of time, ascending.
    ///
    /// - Parameter coverage: The true coaching rate, above 0 and below 1.
    func sessions(
        people: Int, covering coverage: Double, policy: Policy, in range: Range<Double>,
        _ random: inout RandomSource
    ) -> [[Session]] {
        var occasion = 0
        func session(_ time: Double) -> Session {
            occasion += 1
            return Session(time: time, occasion: occasion)
        }
        switch self {
        case .poisson:
            let rate = -log(1 - coverage) / Double(policy.cadence)
            return (0..<people).map { _ in random.arrivals(rate: rate, in: range).map(session) }
        case .regular:
            let scale = Self.regularScale(coverage, cadence: Double(policy.cadence))
            return (0..<people).map { _ in Self.regular(scale: scale, in: range, &random).map(session) }
        case .bursts:
            // Bursts that cover a day number Poisson: their rate times the days that one burst covers.
            let days = policy.cadence + 2 * min(2, policy.cadence)
            let rate = -log(1 - coverage) / Double(days)
            return (0..<people).map { _ in
                random.arrivals(rate: rate, in: range).flatMap { start in
                    occasion += 1
                    return [0.0, 2, 4].map { Session(time: start + $0, occasion: occasion) }
                }.sorted { $0.time < $1.time }
            }
        case .teamWeeks:
            // Each person's own sessions are a Poisson process; only together they are not.
            let rate = -log(1 - coverage) / Double(policy.cadence)
            let weeks = random.arrivals(rate: rate, in: range)
            return (0..<people).map { _ in
                weeks.map { session($0 + 5 * random.uniform()) }.sorted { $0.time < $1.time }
            }
        }
    }

    /// Renewals with Erlang-4 intervals in equilibrium: the interval under way at the start is drawn in proportion to its
    /// length (which makes it Erlang-5), and the start falls anywhere in it.
    private static func regular(
        scale: Double, in range: Range<Double>, _ random: inout RandomSource
    ) -> [Double] {
        func interval(_ stages: Int) -> Double {
            (0..<stages).reduce(0.0) { sum, _ in sum + scale * random.exponential() }
        }
        var times: [Double] = []
        var time = range.lowerBound + random.uniform() * interval(stages + 1)
        while time < range.upperBound {
            times.append(time)
            time += interval(stages)
        }
        return times
    }

    private static let stages = 4

    /// The scale at which `E[min(X, cadence)] / E[X]` is the coverage, for intervals `X` of Erlang-4.
    private static func regularScale(_ coverage: Double, cadence: Double) -> Double {
        // Coverage falls as the scale grows; bisected in its logarithm.
        var low = log(cadence / 1_000)
        var high = log(cadence * 10_000)
        for _ in 0..<60 {
            let middle = (low + high) / 2
            if regularCoverage(scale: exp(middle), cadence: cadence) > coverage { low = middle } else { high = middle }
        }
        return exp((low + high) / 2)
    }

    /// `∫₀ᶜ P(X > x) dx / E[X]` with the survival function of Erlang, term by term.
    private static func regularCoverage(scale: Double, cadence: Double) -> Double {
        let x = cadence / scale
        var sum = 0.0
        var term = exp(-x)
        var below = term
        for stage in 1...stages {
            // Of each term the integral is the chance that more than so many of Poisson(x) come.
            sum += 1 - below
            term *= x / Double(stage)
            below += term
        }
        return sum / Double(stages)
    }
}
