extension Figure {
    /// `value` with its sign and two decimals.
    static func signed(_ value: Double) -> String {
        let text = fixed(value.magnitude, 2)
        return text == "0.00" ? text : (value < 0 ? "−" : "+") + text
    }

    /// A share of `0...1` in whole percent.
    static func percent(_ share: Double) -> String {
        fixed(100 * share, 0) + " %"
    }
}
