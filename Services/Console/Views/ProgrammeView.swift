import Accountability
import Models

/// One programme's page: `programme.mustache`.
struct ProgrammeView: Sendable {
    struct Outcome: Sendable {
        let id: String
        let name: String
        let scale: String
        let verdict: String
        let tone: String
        let words: String
        let effect: EffectsView.Bar?
        /// In place of the effect.
        let reason: String?
        let sides: String?
        let hasPeriods: Bool
        let periods: [Period]
    }

    struct Period: Sendable {
        // Names of their own: a section that is nil here would be looked for in the outcome around it.
        let days: String
        let difference: EffectsView.Bar?
        let compared: String
        /// In place of the difference.
        let missing: String?
    }

    let viewer: ViewerBar?
    let asOf: String?
    let name: String
    /// The measures of the scored window; none where nobody completed it there.
    let row: [ProgrammesView.Row]
    let linked: Int
    let firstTrained: Int
    let outcomes: [Outcome]

    init(viewer: ViewerBar, asOf: String, effect: ProgrammeEffect, row: ProgrammesView.Row?, design: EffectDesign) {
        self.viewer = viewer
        self.asOf = asOf
        name = effect.programme.rawValue
        self.row = row.map { [$0] } ?? []
        linked = effect.funnel.linked
        firstTrained = effect.funnel.firstTrained
        outcomes = [
            Outcome(
                effect.behaviour, id: "behaviour", name: "Behaviour", scale: "in levels from 0 to 4", ends: 2, design),
            Outcome(
                effect.progress, id: "progress", name: "The gap's metric", scale: "as progress from 0 to 1", ends: 1,
                design),
        ]
    }
}

extension ProgrammeView.Outcome {
    init(
        _ outcome: ProgrammeEffect.Outcome, id: String, name: String, scale: String, ends: Double,
        _ design: EffectDesign
    ) {
        self.id = id
        self.name = name
        self.scale = scale
        verdict = outcome.verdict.label
        tone = outcome.verdict.tone
        words = outcome.verdict.words
        effect = outcome.overall.estimate.map {
            EffectsView.Bar($0, scale: ends, tone: outcome.verdict.tone, what: "\(name), effect")
        }
        reason = outcome.overall.reason
        sides = outcome.overall.estimate.map {
            "\($0.trainedGaps) trained gaps of \($0.trainedPeople) people in \($0.trainedTeams) teams changed by "
                + "\(Figure.signed($0.trainedChange)); \($0.comparisonGaps) comparable ones in \($0.comparisonTeams) "
                + "teams, not trained, by \(Figure.signed($0.comparisonChange)) over the same days."
        }
        let names = outcome.periods.indices.map {
            "Days \($0 * design.period + 1) to \(($0 + 1) * design.period) after"
        }
        let before = ProgrammeView.Period("Before the training: nothing should show", outcome.before, ends)
        hasPeriods = effect != nil
        periods =
            effect == nil
            ? [] : [before] + zip(names, outcome.periods).map { ProgrammeView.Period($0, $1, ends) }
    }
}

extension ProgrammeView.Period {
    init(_ days: String, _ finding: EffectFinding, _ ends: Double) {
        self.days = days
        difference = finding.estimate.map { EffectsView.Bar($0, scale: ends, tone: "", what: days) }
        compared = finding.estimate.map { "\($0.trainedGaps) with \($0.comparisonGaps)" } ?? "–"
        missing = finding.reason.map { "Not enough evidence. \($0)" }
    }
}
