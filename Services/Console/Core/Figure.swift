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

    /// A difference with its sign and at most one decimal, two where it is small; a dash where there is none to tell.
    static func signed(_ value: Double?) -> String {
        guard let value else { return "–" }
        let text = fixed(value.magnitude, value.magnitude < 1 ? 2 : 1)
        if text == "0.00" { return "0" }
        return value < 0 ? "−\(text)" : "+\(text)"
    }

    /// The class that colours a difference.
    static func tone(_ value: Double?) -> String {
        guard let value, value.magnitude >= 0.005 else { return "level" }
        return value < 0 ? "down" : "up"
    }

    /// `low` to `high`, whole numbers.
    static func range(_ low: Double, _ high: Double) -> String {
        "\(fixed(low, 0)) – \(fixed(high, 0))"
    }
}
