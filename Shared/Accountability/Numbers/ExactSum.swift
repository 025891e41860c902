package import BigInt

/// An exact sum of fractions, kept apart by denominator.
///
/// A span of 2,000 reports adds up progresses over hundreds of denominators. Over their common multiple
/// the sum would grow by digits with each, and every change would divide numbers of thousands of digits;
/// apart, adding or taking away one is an integer addition, and what was added can be taken away again.
/// The sum is the same for the same addends in any order.
package struct ExactSum: Hashable, Sendable {
    package struct Term: Hashable, Sendable {
        package let denominator: BigInt
        package fileprivate(set) var numerator: BigInt
    }

    /// In ascending order of denominators, which are positive and differ; no numerator is zero.
    package private(set) var terms: [Term] = []

    package init() {}

    /// `nil` where the terms break the order of ``terms``, as only damaged stored bytes do.
    package init?(terms: [Term]) {
        var previous: BigInt = 0
        for term in terms {
            guard term.denominator > previous, !term.numerator.isZero else { return nil }
            previous = term.denominator
        }
        self.terms = terms
    }

    package var isZero: Bool { terms.isEmpty }

    /// The sum as one fraction. Costs a common multiple of all denominators: for explanations and tests.
    package var total: Fraction {
        terms.reduce(.zero) { $0 + Fraction($1.numerator, $1.denominator) }
    }

    /// Each term rounded once, then added in order: the same sum gives the same double.
    package var doubleValue: Double {
        terms.reduce(0) { $0 + Fraction.doubleValue($1.numerator, $1.denominator) }
    }

    package mutating func add(_ fraction: Fraction) {
        add(fraction.numerator, over: fraction.denominator)
    }

    package static func += (left: inout ExactSum, right: ExactSum) {
        for term in right.terms { left.add(term.numerator, over: term.denominator) }
    }

    package static func -= (left: inout ExactSum, right: ExactSum) {
        for term in right.terms { left.add(-term.numerator, over: term.denominator) }
    }

    private mutating func add(_ numerator: BigInt, over denominator: BigInt) {
        if numerator.isZero { return }
        var low = 0
        var high = terms.count
        while low < high {
            let middle = (low + high) / 2
            if terms[middle].denominator < denominator { low = middle + 1 } else { high = middle }
        }
        guard low < terms.count, terms[low].denominator == denominator else {
            terms.insert(Term(denominator: denominator, numerator: numerator), at: low)
            return
        }
        terms[low].numerator += numerator
        if terms[low].numerator.isZero { terms.remove(at: low) }
    }
}
