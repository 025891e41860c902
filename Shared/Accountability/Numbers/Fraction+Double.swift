import BigInt

extension Fraction {
    /// The nearest double (within one unit in the last place where the result is subnormal).
    package var doubleValue: Double {
        Self.doubleValue(numerator, denominator)
    }

    /// The double nearest to `numerator / denominator`, which need not be in lowest terms.
    ///
    /// - Parameter denominator: Positive.
    static func doubleValue(_ numerator: BigInt, _ denominator: BigInt) -> Double {
        let exact = 53
        if numerator.bitWidth <= exact, denominator.bitWidth <= exact,
            let top = Int(exactly: numerator), let bottom = Int(exactly: denominator)
        {
            return Double(top) / Double(bottom)
        }
        if numerator.isZero { return 0 }
        // A quotient of 63 or 64 bits, its lowest bit set where anything was cut off, rounds like the exact one.
        let shift = 64 - (numerator.magnitude.bitWidth - denominator.magnitude.bitWidth)
        let top = shift > 0 ? numerator.magnitude << shift : numerator.magnitude
        let bottom = shift < 0 ? denominator.magnitude << -shift : denominator.magnitude
        var (quotient, remainder) = top.quotientAndRemainder(dividingBy: bottom)
        var exponent = -shift
        while quotient.bitWidth > 64 {
            if quotient & 1 == 1 { remainder = 1 }
            quotient >>= 1
            exponent += 1
        }
        var significand = UInt64(quotient)
        if !remainder.isZero { significand |= 1 }
        let magnitude = Double(sign: .plus, exponent: exponent, significand: Double(significand))
        return numerator.sign == .minus ? -magnitude : magnitude
    }
}
