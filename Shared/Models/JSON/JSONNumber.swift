/// A JSON number: the double it reads as, and its own digits where the double does not hold them all.
package struct JSONNumber: Hashable, Sendable {
    /// Always finite.
    package let value: Double
    /// The number as written, where it was not short enough to be exact. Kept, so that what we don't interpret is
    /// passed on unchanged; not kept where PostgreSQL could not read it.
    let literal: String?

    /// - Precondition: `value` is finite.
    package init(_ value: Double) {
        precondition(value.isFinite, "expected a finite number, got \(value)")
        self.init(value: value, literal: nil)
    }

    package init(_ value: Int) {
        self.init(value: Double(value), literal: value.magnitude < 1 << 53 ? nil : String(value))
    }

    init(value: Double, literal: String?) {
        self.value = value
        self.literal = literal
    }
}

extension JSONNumber: ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral {
    package init(integerLiteral value: Int) { self.init(value) }
    package init(floatLiteral value: Double) { self.init(value) }
}

extension JSONNumber: CustomStringConvertible {
    /// The shortest JSON that reads back as the same number; whole numbers without a fraction.
    package var description: String {
        if let literal { return literal }
        // Below 2^53 every whole double is exact; −0 keeps its sign in the other branch.
        if value.magnitude < 9_007_199_254_740_992, value == value.rounded(.towardZero),
            value.sign == .plus || value != 0
        {
            return String(Int64(value))
        }
        return value.description
    }
}
