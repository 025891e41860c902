import Accountability

extension ClosurePath {
    /// The name of a path, for people.
    var title: String {
        switch self {
        case .coaching: "Coaching alone"
        case .training: "Training alone"
        case .coachingAndTraining: "Coaching and training"
        case .processOrTool: "Process or tool"
        case .roleChange: "Role change"
        case .nothing: "Nothing"
        }
    }

    var meaning: String {
        switch self {
        case .coaching: "sessions that name the gap"
        case .training: "a completion that names the gap"
        case .coachingAndTraining: "both"
        case .processOrTool: "what the person works with was changed"
        case .roleChange: "the person got other work"
        case .nothing: "no step was taken"
        }
    }
}

extension EffectVerdict {
    /// The class that colours it.
    var tone: String {
        switch self {
        case .improved: "owning"
        case .worsened: "outsourced"
        case .undecided, .movedApartBefore: "mixed"
        case .notEnoughEvidence: "insufficient"
        }
    }

    var label: String {
        switch self {
        case .improved: "improved"
        case .worsened: "worsened"
        case .undecided: "could be either"
        case .movedApartBefore: "not comparable"
        case .notEnoughEvidence: "not enough evidence"
        }
    }
}
