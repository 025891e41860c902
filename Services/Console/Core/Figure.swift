/// Numbers as people read them.
enum Figure {
    /// `value` with exactly `digits` decimals, `0...6`; half away from zero.
    static func fixed(_ value: Double, _ digits: Int) -> String {
        guard value.isFinite else { return "–" }
        var scale = 1
        for _ in 0..<digits { scale *= 10 }
        let scaled = (value * Double(scale)).rounded()
        guard scaled.magnitude < 1e15 else { return "\(value)" }
        let whole = Int(scaled)
        let sign = whole < 0 ? "-" : ""
        let magnitude = whole.magnitude
        guard digits > 0 else { return "\(sign)\(magnitude)" }
        let fraction = String(magnitude % UInt(scale))
        return "\(sign)\(magnitude / UInt(scale))." + String(repeating: "0", count: digits - fraction.count) + fraction
    }

    /// `value` with one decimal, or none where it is whole.
    static func short(_ value: Double) -> String {
        let text = fixed(value, 1)
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    /// `low` to `high`, whole numbers.
    static func range(_ low: Double, _ high: Double) -> String {
        "\(fixed(low, 0)) – \(fixed(high, 0))"
    }
}
