import Models

extension Measure {
    /// What the measure asks of a manager, in one line.
    var meaning: String {
        switch self {
        case .clarity: "Each person knows what good performance is in their role"
        case .coaching: "Each person is coached by their own manager, every fortnight"
        case .situational: "Coaching follows something seen at work"
        case .complement: "Outside coaching adds to the manager's own and does not replace it"
        case .action: "A gap is acted on within 14 days"
        case .closure: "A gap is closed within 90 days, and the change is verified"
        case .triage: "Training is asked for only after cause and coaching"
        case .outcome: "The metric behind a gap moves towards its target"
        case .chain: "What climbs to a leader is closed within 30 days"
        }
    }
}
