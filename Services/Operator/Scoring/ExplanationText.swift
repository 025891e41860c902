internal import Accountability
internal import Ledger
internal import Models

/// An explanation for people: measure by measure, each trial with what decided it.
struct ExplanationText {
    let explanation: Explanation

    var text: String {
        var lines = [
            "\(explanation.manager.rawValue) on \(explanation.asOf), policy \(explanation.policyVersion): \(headline)"
        ]
        if explanation.trials.isEmpty { lines.append("No trial.") }
        for measure in Measure.allCases {
            let trials = explanation.trials.filter { $0.measure == measure }
            guard !trials.isEmpty else { continue }
            lines.append("")
            lines.append(title(measure))
            lines += trials.flatMap(describe)
        }
        return lines.joined(separator: "\n")
    }

    private var headline: String {
        guard let score = explanation.score else { return "no measure applies" }
        guard let value = score.score, let low = score.low, let high = score.high else {
            return "too few trials to score (\(score.status.rawValue))"
        }
        return "\(rounded(value)), between \(rounded(low)) and \(rounded(high)), \(score.status.rawValue)"
    }

    private func title(_ measure: Measure) -> String {
        guard let score = explanation.score?.measures[measure] else {
            return "\(measure.rawValue)  (nothing counts yet)"
        }
        return "\(measure.rawValue)  n \(rounded(score.n))  s \(rounded(score.s))  mean \(rounded(score.mean))"
    }

    private func describe(_ trial: Trial) -> [String] {
        let state =
            switch trial.state {
            case .pending(let due): "due \(due)"
            case .counted: "\(rounded(trial.s.doubleValue)) of \(rounded(trial.n.doubleValue))"
            }
        var line = "  \(state)  \(trial.person.rawValue)"
        if let gap = trial.gap { line += "  gap \(gap.rawValue)" }
        if let day = trial.decidedOn { line += "  decided \(day)" }
        line += "  \(trial.explanation)"
        return [line]
            + trial.evidence.map { identity in
                guard let event = explanation.events[identity] else { return "      \(identity)" }
                return "      \(event.time)  \(event.type.rawValue)  \(identity)"
            }
    }

    /// With at most two decimals.
    private func rounded(_ value: Double) -> String {
        let hundredths = Int((value * 100).rounded())
        let (whole, rest) = hundredths.quotientAndRemainder(dividingBy: 100)
        if rest == 0 { return "\(whole)" }
        return rest % 10 == 0 ? "\(whole).\(rest / 10)" : "\(whole).\(rest < 10 ? "0" : "")\(rest)"
    }
}
