import Accountability

extension IntervalDrawing {
    /// A share on a line from 0 to 100 %.
    init(_ share: Share, what: String) {
        self.init(
            score: 100 * share.value, low: 100 * share.low, high: 100 * share.high, tone: "", marks: [], what: what)
        label = "\(what): \(Figure.percent(share.value)), interval \(Figure.range(100 * share.low, 100 * share.high)) %"
    }

    /// An effect on a line whose middle, the tick, is no effect.
    ///
    /// - Parameter scale: The effect at the line's ends; what goes beyond ends there.
    init(_ effect: EffectEstimate, scale: Double, tone: String, what: String) {
        func place(_ value: Double) -> Double { min(100, max(0, 50 + 50 * value / scale)) }
        self.init(
            score: place(effect.effect), low: place(effect.low), high: place(effect.high), tone: tone, marks: [50],
            what: what)
        label =
            "\(what): \(Figure.signed(effect.effect)), interval \(Figure.signed(effect.low)) to "
            + Figure.signed(effect.high)
    }
}
