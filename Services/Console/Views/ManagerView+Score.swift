import Accountability
import Models

extension ManagerView.MeasureRow {
    init(_ measure: Measure, _ score: MeasureScore, _ points: MeasurePoints?, policy: Policy) {
        id = measure.rawValue
        name = measure.rawValue
        meaning = measure.meaning
        weight = policy.weights[measure] ?? 1
        n = Figure.short(score.n)
        s = Figure.short(score.s)
        mean = Figure.fixed(100 * score.mean, 0)
        self.points = points.map { "\(Figure.fixed($0.points, 1)) of \(Figure.fixed($0.possible, 1))" } ?? "–"
        let half = policy.intervalFactor * score.variance.squareRoot()
        interval = IntervalDrawing(
            score: 100 * score.mean, low: max(0, 100 * (score.mean - half)), high: min(100, 100 * (score.mean + half)),
            tone: "", marks: [], what: "Mean of \(measure.rawValue)")
    }
}

extension ManagerScore {
    /// The score in one plain sentence.
    func reading(policy: Policy) -> String {
        let trials = Figure.fixed(measures.values.reduce(0) { $0 + $1.n }, 0)
        return switch status {
        case .insufficient: "Too little evidence to say: \(trials) trials over \(measures.count) measures."
        case .owning:
            "The evidence says that this manager owns performance: \(trials) trials, the whole interval at \(Figure.short(policy.owningLow)) or above."
        case .mixed: "The evidence leaves it open, or shows both: \(trials) trials, the interval is on neither side."
        case .outsourced:
            "The evidence says that performance is left to others: \(trials) trials, the whole interval below \(Figure.short(policy.outsourcedHigh))."
        }
    }

    /// `low – high`, or a dash where there is no score.
    var range: String {
        if let low, let high { Figure.range(low, high) } else { "–" }
    }
}
