package import Models

/// The trials and credits that one unit gives one manager, exactly.
///
/// Every trial of every manager rests on the facts of one person, its *unit*. A manager's tally is the sum
/// of the units' contributions, and because they are exact it can be kept by difference: take away what a
/// unit gave before, add what it gives now.
package struct Contribution: Hashable, Sendable {
    /// By `Measure.index`: trials, and for coaching the days `D`.
    private var trials = SIMD16<Int32>()
    /// By measure: credits in halves, for coaching the days `V`, for outcome nothing (see ``outcomes``).
    private var credits = SIMD16<Int32>()
    /// The progresses that are credited in outcome.
    private(set) var outcomes = ExactSum()

    package init() {}

    init(trials: SIMD16<Int32>, credits: SIMD16<Int32>, outcomes: ExactSum) {
        self.trials = trials
        self.credits = credits
        self.outcomes = outcomes
    }

    package var isEmpty: Bool {
        trials == SIMD16() && credits == SIMD16() && outcomes.isZero
    }

    /// Whether the measure has trials.
    package func applies(_ measure: Measure) -> Bool {
        trials[measure.index] != 0
    }

    /// Trials `n`, exactly.
    package func trials(of measure: Measure, policy: Policy) -> Fraction {
        Fraction(count(of: measure), measure == .coaching ? policy.cadence : 1)
    }

    /// Credit `s`, exactly. For outcome this costs the common multiple of all denominators.
    package func credit(of measure: Measure, policy: Policy) -> Fraction {
        switch measure {
        case .coaching: Fraction(credit(of: .coaching), policy.cadence)
        case .outcome: outcomes.total
        default: Fraction(credit(of: measure), 2)
        }
    }

    /// ``credit(of:policy:)`` as a double, without the common multiple.
    func roundedCredit(of measure: Measure, policy: Policy) -> Double {
        switch measure {
        case .coaching: Double(credit(of: .coaching)) / Double(policy.cadence)
        case .outcome: outcomes.doubleValue
        default: Double(credit(of: measure)) / 2
        }
    }

    /// Trials; for coaching the days `D`.
    func count(of measure: Measure) -> Int {
        Int(trials[measure.index])
    }

    /// Halves of credits; for coaching the days `V`; for outcome zero.
    func credit(of measure: Measure) -> Int {
        Int(credits[measure.index])
    }

    mutating func add(_ measure: Measure, trials count: Int, credits credit: Int) {
        trials[measure.index] &+= Int32(truncatingIfNeeded: count)
        credits[measure.index] &+= Int32(truncatingIfNeeded: credit)
    }

    mutating func addOutcome(progress: Fraction) {
        trials[Measure.outcome.index] &+= 1
        outcomes.add(progress)
    }

    package static func += (left: inout Contribution, right: Contribution) {
        left.trials &+= right.trials
        left.credits &+= right.credits
        if !right.outcomes.isZero { left.outcomes += right.outcomes }
    }

    package static func -= (left: inout Contribution, right: Contribution) {
        left.trials &-= right.trials
        left.credits &-= right.credits
        if !right.outcomes.isZero { left.outcomes -= right.outcomes }
    }

    package static func + (left: Contribution, right: Contribution) -> Contribution {
        var sum = left
        sum += right
        return sum
    }

    package static func - (left: Contribution, right: Contribution) -> Contribution {
        var difference = left
        difference -= right
        return difference
    }
}
