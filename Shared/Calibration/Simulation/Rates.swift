package import Models

/// What a simulated manager's shares truly are: of each measure the credit that a trial brings on average.
package struct Rates: Hashable, Sendable {
    /// By `Measure.index`.
    private var values = SIMD16<Double>(repeating: 0)

    /// The measures whose rates a population draws. ``Measure/complement`` follows from coaching.
    package static let free = Measure.allCases.filter { $0 != .complement }

    /// How near to 0 and to 1 a rate may come: nearer, sessions would be years or seconds apart.
    package static let range = 0.0005...0.9995

    /// - Parameter rate: Called for each of ``free`` in their order; taken to the nearest of ``range``.
    package init(complement: ComplementCurve, _ rate: (Measure) -> Double) {
        for measure in Self.free {
            values[measure.index] = min(max(rate(measure), Self.range.lowerBound), Self.range.upperBound)
        }
        values[Measure.complement.index] = complement.rate(coaching: values[Measure.coaching.index])
    }

    package subscript(measure: Measure) -> Double { values[measure.index] }

    /// The true score, `0...100`: the rates weighted as the policy weighs the measures that apply.
    ///
    /// - Parameter measures: Those that apply; at least one.
    package func score(over measures: some Sequence<Measure>, policy: Policy) -> Double {
        var sum = 0.0
        var weights = 0
        // In the measures' order, so that the sum is the same to the last bit in every run.
        for measure in measures.sorted() {
            sum += Double(policy.weight(of: measure)) * self[measure]
            weights += policy.weight(of: measure)
        }
        return 100 * sum / Double(weights)
    }
}
