/// The 95 % quantile of Student's t distribution: half a 90 % interval's width in standard errors.
enum StudentQuantile {
    /// Within 0.002 from four degrees of freedom on (Abramowitz and Stegun, 26.7.5).
    ///
    /// - Parameters:
    ///   - freedom: Degrees of freedom, at least 4.
    ///   - normal: The normal distribution's quantile.
    static func value(freedom: Int, normal x: Double) -> Double {
        let n = Double(max(4, freedom))
        let square = x * x
        let first = x * (square + 1) / 4
        let second = x * ((5 * square + 16) * square + 3) / 96
        let third = x * (((3 * square + 19) * square + 17) * square - 15) / 384
        let fourth = x * ((((79 * square + 776) * square + 1_482) * square - 1_920) * square - 945) / 92_160
        return x + (first + (second + (third + fourth / n) / n) / n) / n
    }
}
