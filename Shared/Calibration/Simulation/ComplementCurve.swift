/// How often outside coaching complements a manager's own, as a function of the manager's coaching rate.
///
/// Nobody chooses it: a window's covered days pass one half or don't, by the process that sessions come by. So the curve
/// is measured with the real code, on people enough that its own error is small.
package struct ComplementCurve: Sendable {
    /// At evenly spaced coaching rates from 0 to 1, both included.
    private let values: [Double]

    /// - Parameter inner: The rates at `1/n, 2/n … (n − 1)/n`; nobody coached is 0, all days covered is 1.
    package init(inner: [Double]) {
        values = [0] + inner + [1]
    }

    /// The coaching rates at which a curve is measured.
    package static let points = (1...31).map { Double($0) / 32 }

    /// The complement rate, between the points on a straight line.
    package func rate(coaching: Double) -> Double {
        let position = coaching * Double(values.count - 1)
        let index = min(max(Int(position), 0), values.count - 2)
        return values[index] + (values[index + 1] - values[index]) * (position - Double(index))
    }
}
