import Accountability
import Ledger
import Models

/// What closes gaps here: `effects.mustache`.
struct EffectsView: Sendable {
    struct Bar: Sendable {
        let interval: IntervalDrawing
        let value: String
        let range: String
    }

    struct RateRow: Sendable {
        let name: String
        let meaning: String
        let gaps: String
        let people: String
        let closed: Bar?
        let verified: Bar?
        /// In place of the rates.
        let reason: String?
    }

    struct ProgrammeRow: Sendable {
        let href: String
        let name: String
        let verdict: String
        let tone: String
        let effect: Bar?
        let compared: String
        let reason: String?
    }

    let viewer: ViewerBar?
    let asOf: String?
    let lead: String
    let landmark: Int
    let horizon: Int
    let causes: [ScoreboardView.Choice]
    let rates: [RateRow]
    let showsProgrammes: Bool
    let programmes: [ProgrammeRow]

    /// - Parameters:
    ///   - isOwnUnit: Whether the rates are of the viewer's own people alone.
    ///   - showsProgrammes: Whether the viewer may see what programmes changed.
    init(viewer: ViewerBar, report: EffectsReport, isOwnUnit: Bool, showsProgrammes: Bool) {
        self.viewer = viewer
        asOf = report.asOf.description
        lead =
            isOwnUnit
            ? "How many gaps of your people closed, by what was done about them."
            : "How many gaps closed, by what was done about them, and what programmes changed."
        landmark = report.design.landmark
        horizon = report.design.horizon
        causes = Cause.allCases.map {
            ScoreboardView.Choice(value: $0.rawValue, label: $0.title, selected: $0 == report.cause)
        }
        rates = report.closure.map(RateRow.init)
        self.showsProgrammes = showsProgrammes
        programmes = showsProgrammes ? report.programmes.map(ProgrammeRow.init) : []
    }
}

extension EffectsView.Bar {
    init(_ share: Share, what: String) {
        interval = IntervalDrawing(share, what: what)
        value = Figure.percent(share.value)
        range = Figure.range(100 * share.low, 100 * share.high)
    }

    init(_ effect: EffectEstimate, scale: Double, tone: String, what: String) {
        interval = IntervalDrawing(effect, scale: scale, tone: tone, what: what)
        value = Figure.signed(effect.effect)
        range = "\(Figure.signed(effect.low)) to \(Figure.signed(effect.high))"
    }
}

extension EffectsView.RateRow {
    init(_ rate: ClosureRate) {
        name = rate.path.title
        meaning = rate.path.meaning
        gaps = rate.evidence.map { "\($0.gaps)" } ?? "–"
        people = rate.evidence.map { "\($0.people)" } ?? "–"
        closed = rate.closed.map { EffectsView.Bar($0, what: "\(rate.path.title), closed") }
        verified = rate.verified.map { EffectsView.Bar($0, what: "\(rate.path.title), verified") }
        reason = rate.reason
    }
}

extension EffectsView.ProgrammeRow {
    init(_ effect: ProgrammeEffect) {
        href = Link.programme(effect.programme.rawValue)
        name = effect.programme.rawValue
        verdict = effect.behaviour.verdict.label
        tone = effect.behaviour.verdict.tone
        let overall = effect.behaviour.overall
        self.effect = overall.estimate.map {
            EffectsView.Bar(
                $0, scale: 2, tone: effect.behaviour.verdict.tone, what: "Effect of \(effect.programme.rawValue)")
        }
        compared = overall.estimate.map { "\($0.trainedGaps) with \($0.comparisonGaps)" } ?? "–"
        reason = overall.reason
    }
}

extension Cause {
    /// For people.
    var title: String {
        switch self {
        case .knowledge: "knowledge"
        case .skill: "skill"
        case .will: "will"
        case .process: "process"
        case .tools: "tools"
        case .roleFit: "role fit"
        case .leadership: "leadership"
        case .unknown: "unknown"
        }
    }
}
