/// What the evidence on a programme allows to say.
package enum EffectVerdict: String, CaseIterable, Sendable {
    /// The whole interval is above zero.
    case improved
    /// The whole interval is below zero.
    case worsened
    /// The interval includes zero.
    case undecided
    /// Trained and comparable gaps moved apart before the training already: their difference afterwards isn't its.
    case movedApartBefore = "moved_apart_before"
    case notEnoughEvidence = "not_enough_evidence"

    init(_ overall: EffectFinding, before: EffectFinding) {
        guard let effect = overall.estimate else {
            self = .notEnoughEvidence
            return
        }
        if let before = before.estimate, before.low > 0 || before.high < 0 {
            self = .movedApartBefore
        } else if effect.low > 0 {
            self = .improved
        } else if effect.high < 0 {
            self = .worsened
        } else {
            self = .undecided
        }
    }

    /// For people.
    package var words: String {
        switch self {
        case .improved: "Trained gaps improved more than comparable ones that were not trained."
        case .worsened: "Trained gaps improved less than comparable ones that were not trained."
        case .undecided: "Could be either: the interval includes no effect at all."
        case .movedApartBefore:
            "Not comparable: trained gaps and the others moved apart before the training already."
        case .notEnoughEvidence: "Not enough evidence."
        }
    }
}
