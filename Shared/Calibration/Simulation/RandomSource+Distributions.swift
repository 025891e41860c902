import Models

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

extension RandomSource {
    /// Exponential with mean 1.
    mutating func exponential() -> Double {
        -log(1 - uniform())
    }

    /// Normal with mean 0 and variance 1 (Box, Muller 1958).
    mutating func normal() -> Double {
        let radius = (2 * exponential()).squareRoot()
        return radius * cos(2 * .pi * uniform())
    }

    /// Gamma with scale 1 (Marsaglia, Tsang 2000; below shape 1 by their section 6).
    mutating func gamma(shape: Double) -> Double {
        if shape < 1 {
            let larger = gamma(shape: shape + 1)
            return larger * pow(1 - uniform(), 1 / shape)
        }
        let d = shape - 1.0 / 3
        let c = 1 / (9 * d).squareRoot()
        while true {
            let x = normal()
            let root = 1 + c * x
            guard root > 0 else { continue }
            let v = root * root * root
            if log(1 - uniform()) < x * x / 2 + d - d * v + d * log(v) { return d * v }
        }
    }

    /// Beta, `0...1`.
    mutating func beta(_ a: Double, _ b: Double) -> Double {
        let left = gamma(shape: a)
        let right = gamma(shape: b)
        // Both are zero only where both shapes are so small that doubles can't tell them.
        return left + right > 0 ? left / (left + right) : a / (a + b)
    }

    /// The instants of a Poisson process, ascending.
    ///
    /// - Parameters:
    ///   - rate: How many a unit of time, on average; none come at 0.
    ///   - range: The time they fall into.
    mutating func arrivals(rate: Double, in range: Range<Double>) -> [Double] {
        guard rate > 0 else { return [] }
        var arrivals: [Double] = []
        var time = range.lowerBound + exponential() / rate
        while time < range.upperBound {
            arrivals.append(time)
            time += exponential() / rate
        }
        return arrivals
    }
}
