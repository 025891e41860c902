internal import Accountability
internal import Ledger
internal import Models

/// Parts of a trial in words.
enum TrialText {
    /// Whom and which gap it is about.
    static func subject(_ trial: Trial, _ names: PersonNames) -> String {
        let person = names[trial.person].printable
        return trial.gap.map { "\(person), gap \($0.rawValue.printable)" } ?? person
    }

    /// A line for each event that decided it.
    static func events(_ trial: Trial, _ events: [EventIdentity: Event]) -> [String] {
        trial.evidence.map { identity in
            guard let event = events[identity] else { return "\(identity)".printable }
            return "\(event.time)  \(event.type.rawValue)  \(identity)".printable
        }
    }

    /// What it came to.
    static func result(_ trial: Trial?) -> String {
        guard let trial else { return "–" }
        if case .pending(let due) = trial.state { return "due \(due)" }
        return "\(rounded(trial.s.doubleValue)) of \(rounded(trial.n.doubleValue))"
    }
}
