/// One measure of a row: its trials, the credit they gave, and what that says about the share behind them.
package struct MeasureScore: Hashable, Sendable {
    /// Trials; above 0, not always whole.
    package let n: Double
    /// Credit, `0...n`.
    package let s: Double
    /// The posterior mean of the share, `0...1`.
    package let mean: Double
    package let variance: Double

    package init(n: Double, s: Double, mean: Double, variance: Double) {
        self.n = n
        self.s = s
        self.mean = mean
        self.variance = variance
    }

    package var json: JSONValue {
        [
            "mean": .number(JSONNumber(mean)), "n": .number(JSONNumber(n)), "s": .number(JSONNumber(s)),
            "variance": .number(JSONNumber(variance)),
        ]
    }

    /// Nil where a member is missing.
    package init?(json: JSONValue) {
        guard let n = json["n"]?.double, let s = json["s"]?.double, let mean = json["mean"]?.double,
            let variance = json["variance"]?.double
        else { return nil }
        self.init(n: n, s: s, mean: mean, variance: variance)
    }
}
