import BigInt
package import Models

extension Contribution {
    /// What one trial adds to its manager's sums; a pending one adds nothing.
    ///
    /// - Parameter policy: The one that the trial was decided by: its cadence is the denominator of coaching.
    package init(_ trial: Trial, policy: Policy) {
        self.init()
        add(trial.measure, n: trial.n, s: trial.s, policy: policy)
    }

    /// Adds trials and credit to one measure.
    ///
    /// - Precondition: For outcome one trial; for coaching whole days over the cadence; for others whole trials and
    ///   credit in halves.
    mutating func add(_ measure: Measure, n: Fraction, s: Fraction, policy: Policy) {
        switch measure {
        case .coaching:
            add(.coaching, trials: whole(n, times: policy.cadence), credits: whole(s, times: policy.cadence))
        case .outcome:
            if n != .zero { addOutcome(progress: s) }
        default:
            add(measure, trials: whole(n, times: 1), credits: whole(s, times: 2))
        }
    }

    /// Takes back what ``init(_:policy:)`` gives.
    package func without(_ trial: Trial, policy: Policy) -> Contribution {
        self - Contribution(trial, policy: policy)
    }

    private func whole(_ value: Fraction, times factor: Int) -> Int {
        let product = value * Fraction(factor)
        // Counts of days and trials: they came from `Int32`.
        precondition(product.denominator == 1, "trials are counted in wholes, credits in halves, days over the cadence")
        return Int(product.numerator)
    }
}
