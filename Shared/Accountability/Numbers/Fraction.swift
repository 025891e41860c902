package import BigInt

/// An exact rational number in lowest terms.
///
/// Credits and thresholds on them are exact (`scoring-model.md`), so a progress is never rounded before it
/// is compared or added. Numbers whose numerator and denominator fit in an `Int` never allocate; what
/// overflows moves to big integers and comes back as soon as it fits, so that equal values are equal bits.
package struct Fraction: Hashable, Sendable {
    private enum Terms: Hashable, Sendable {
        case small(numerator: Int, denominator: Int)
        case big(numerator: BigInt, denominator: BigInt)
    }

    private let terms: Terms

    package static let zero = Fraction(0)
    package static let half = Fraction(1, 2)
    package static let one = Fraction(1)

    private init(_ terms: Terms) {
        self.terms = terms
    }

    package init(_ whole: Int) {
        self.init(.small(numerator: whole, denominator: 1))
    }

    /// - Parameter denominator: Not zero.
    package init(_ numerator: Int, _ denominator: Int) {
        precondition(denominator != 0, "a fraction's denominator is not zero")
        if let reduced = Self.reduced(numerator, denominator) {
            self.init(reduced)
        } else {
            self.init(BigInt(numerator), BigInt(denominator))
        }
    }

    /// - Parameter denominator: Not zero.
    package init(_ numerator: BigInt, _ denominator: BigInt) {
        precondition(!denominator.isZero, "a fraction's denominator is not zero")
        let divisor = numerator.greatestCommonDivisor(with: denominator)
        let sign: BigInt = denominator.sign == .minus ? -1 : 1
        let top = sign * numerator / divisor
        let bottom = sign * denominator / divisor
        if let smallTop = Int(exactly: top), let smallBottom = Int(exactly: bottom) {
            self.init(.small(numerator: smallTop, denominator: smallBottom))
        } else {
            self.init(.big(numerator: top, denominator: bottom))
        }
    }

    /// Of the shortest decimal that reads back as the same double (the nearest among equals): what a JSON
    /// number means to the model. `0.1` is one tenth, not the binary number next to it.
    ///
    /// - Parameter value: Finite; the events' numbers are, since a JSON number that overflows is refused.
    package init(shortestDecimalOf value: Double) {
        precondition(value.isFinite, "a JSON number is finite")
        var digits = 0
        var exponent = 0
        var written = 0
        var isNegative = false
        var isExponentNegative = false
        var isFraction = false
        var isExponent = false
        for byte in value.description.utf8 {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                let digit = Int(byte - UInt8(ascii: "0"))
                if isExponent {
                    written = written * 10 + digit
                } else {
                    digits = digits * 10 + digit
                    if isFraction { exponent -= 1 }
                }
            case UInt8(ascii: "-"):
                if isExponent { isExponentNegative = true } else { isNegative = true }
            case UInt8(ascii: "."):
                isFraction = true
            case UInt8(ascii: "e"), UInt8(ascii: "E"):
                isExponent = true
            default:
                break
            }
        }
        exponent += isExponentNegative ? -written : written
        if isNegative { digits = -digits }
        if exponent >= 0 {
            self.init(BigInt(digits) * BigInt(10).power(exponent), 1)
        } else if exponent >= -18 {
            self.init(digits, Self.powersOfTen[-exponent])
        } else {
            self.init(BigInt(digits), BigInt(10).power(-exponent))
        }
    }

    package var numerator: BigInt {
        switch terms {
        case .small(let numerator, _): BigInt(numerator)
        case .big(let numerator, _): numerator
        }
    }

    /// Positive, and without a common divisor with ``numerator``.
    package var denominator: BigInt {
        switch terms {
        case .small(_, let denominator): BigInt(denominator)
        case .big(_, let denominator): denominator
        }
    }

    private static let powersOfTen: [Int] = (0...18).map { exponent in
        (0..<exponent).reduce(1) { power, _ in power * 10 }
    }

    /// In lowest terms with a positive denominator; `nil` where that leaves the range of `Int`.
    private static func reduced(_ numerator: Int, _ denominator: Int) -> Terms? {
        // The magnitude of Int.min, and its negation, are outside Int.
        guard numerator != .min, denominator != .min else { return nil }
        var divisor = numerator.magnitude
        var rest = denominator.magnitude
        while rest != 0 { (divisor, rest) = (rest, divisor % rest) }
        let signed = denominator < 0 ? -Int(divisor) : Int(divisor)
        return .small(numerator: numerator / signed, denominator: denominator / signed)
    }
}

extension Fraction {
    package static func + (left: Fraction, right: Fraction) -> Fraction {
        combined(left, right, small: { $0.addingReportingOverflow($1) }, big: { $0 + $1 })
    }

    package static func - (left: Fraction, right: Fraction) -> Fraction {
        combined(left, right, small: { $0.subtractingReportingOverflow($1) }, big: { $0 - $1 })
    }

    package static func * (left: Fraction, right: Fraction) -> Fraction {
        if case .small(let a, let b) = left.terms, case .small(let c, let d) = right.terms {
            let (top, topOverflow) = a.multipliedReportingOverflow(by: c)
            let (bottom, bottomOverflow) = b.multipliedReportingOverflow(by: d)
            if !topOverflow, !bottomOverflow { return Fraction(top, bottom) }
        }
        return Fraction(left.numerator * right.numerator, left.denominator * right.denominator)
    }

    /// - Precondition: `right` is not zero.
    package static func / (left: Fraction, right: Fraction) -> Fraction {
        if case .small(let a, let b) = left.terms, case .small(let c, let d) = right.terms {
            let (top, topOverflow) = a.multipliedReportingOverflow(by: d)
            let (bottom, bottomOverflow) = b.multipliedReportingOverflow(by: c)
            if !topOverflow, !bottomOverflow { return Fraction(top, bottom) }
        }
        return Fraction(left.numerator * right.denominator, left.denominator * right.numerator)
    }

    package static func += (left: inout Fraction, right: Fraction) {
        left = left + right
    }

    /// Over the product of the denominators, in `Int` where nothing overflows.
    private static func combined(
        _ left: Fraction, _ right: Fraction,
        small: (Int, Int) -> (partialValue: Int, overflow: Bool), big: (BigInt, BigInt) -> BigInt
    ) -> Fraction {
        if case .small(let a, let b) = left.terms, case .small(let c, let d) = right.terms {
            let (first, firstOverflow) = a.multipliedReportingOverflow(by: d)
            let (second, secondOverflow) = c.multipliedReportingOverflow(by: b)
            let (bottom, bottomOverflow) = b.multipliedReportingOverflow(by: d)
            let (top, topOverflow) = small(first, second)
            if !firstOverflow, !secondOverflow, !bottomOverflow, !topOverflow { return Fraction(top, bottom) }
        }
        return Fraction(
            big(left.numerator * right.denominator, right.numerator * left.denominator),
            left.denominator * right.denominator)
    }
}

extension Fraction: Comparable {
    package static func < (left: Fraction, right: Fraction) -> Bool {
        if case .small(let a, let b) = left.terms, case .small(let c, let d) = right.terms {
            let (first, firstOverflow) = a.multipliedReportingOverflow(by: d)
            let (second, secondOverflow) = c.multipliedReportingOverflow(by: b)
            if !firstOverflow, !secondOverflow { return first < second }
        }
        return left.numerator * right.denominator < right.numerator * left.denominator
    }
}
