/// A share with its 90 % interval, all in `0...1`.
package struct Share: Hashable, Sendable {
    package let value: Double
    package let low: Double
    package let high: Double

    /// Wilson's interval with the number of gaps that would leave as much doubt if none were lost from sight
    /// (Rothman, 1978).
    ///
    /// - Parameters:
    ///   - incidence: The estimate.
    ///   - gaps: How many it rests on, at least 1; no more count.
    ///   - followed: How many could be followed to the end, at least 1; they count where the estimate is 0 or 1 and so
    ///     has no variance of its own.
    ///   - quantile: Half the interval's width in standard errors.
    init(_ incidence: CumulativeIncidence, gaps: Int, followed: Int, quantile: Double) {
        let spread = incidence.share * (1 - incidence.share)
        let isCertain = incidence.variance <= 1e-12 || spread <= 1e-12
        let size = isCertain ? Double(followed) : min(spread / incidence.variance, Double(gaps))
        self.init(wilson: min(max(incidence.share, 0), 1), of: size, quantile: quantile)
    }

    /// - Parameter size: The number of trials; more than 0, and not always whole.
    init(wilson share: Double, of size: Double, quantile: Double) {
        let square = quantile * quantile
        let scale = 1 + square / size
        let middle = (share + square / (2 * size)) / scale
        let half = quantile / scale * (share * (1 - share) / size + square / (4 * size * size)).squareRoot()
        value = share
        low = max(0, middle - half)
        high = min(1, middle + half)
    }
}
