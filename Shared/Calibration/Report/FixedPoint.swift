/// Numbers as the study prints them: a fixed number of decimals, the same on every machine.
enum FixedPoint {
    /// Rounded to `places` decimals; `–` for what is not a number.
    static func text(_ value: Double, _ places: Int) -> String {
        guard value.isFinite else { return "–" }
        let scale = (0..<places).reduce(1.0) { scale, _ in scale * 10 }
        let scaled = (abs(value) * scale).rounded()
        let digits = String(Int(scaled))
        let sign = value < 0 && scaled > 0 ? "-" : ""
        if places == 0 { return sign + digits }
        let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
        return sign + padded.dropLast(places) + "." + padded.suffix(places)
    }

    /// A share as a percentage without the sign.
    static func percent(_ share: Double, _ places: Int = 1) -> String {
        text(100 * share, places)
    }
}
