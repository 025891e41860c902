internal import Accountability
internal import Ledger
internal import Models

/// An explanation for people: what the score is made of, measure by measure each trial with what decided it, what
/// falls due, and what would raise the score most.
struct ExplanationText {
    let explanation: Explanation

    var text: String {
        var parts = [
            "\(name(explanation.manager)) on \(explanation.asOf), policy \(explanation.policy.version): \(headline)"
        ]
        if explanation.entries.isEmpty { parts.append("No trial.") }
        if explanation.score != nil { parts.append(measures) }
        parts += Measure.allCases.compactMap(section)
        if let due { parts.append(due) }
        if !explanation.nextSteps.isEmpty { parts.append(nextSteps) }
        if let difference = explanation.difference { parts.append(since(difference)) }
        return parts.joined(separator: "\n\n")
    }

    private var headline: String {
        guard let score = explanation.score else { return "no measure applies" }
        guard let value = score.score, let low = score.low, let high = score.high else {
            return "too few trials to score (\(score.status.rawValue))"
        }
        return "\(rounded(value)), between \(rounded(low)) and \(rounded(high)), \(score.status.rawValue)"
    }

    private var measures: String {
        let points = explanation.score?.points(policy: explanation.policy) ?? [:]
        var table = TextTable(["MEASURE", "TRIALS", "CREDIT", "MEAN", "POINTS", "OF"])
        for (measure, row) in explanation.score?.measures.sorted(by: { $0.key < $1.key }) ?? [] {
            table.add([
                measure.rawValue, rounded(row.n), rounded(row.s), rounded(row.mean),
                optional(points[measure]?.points), optional(points[measure]?.possible),
            ])
        }
        return table.text
    }

    private func section(_ measure: Measure) -> String? {
        let entries = explanation.entries.filter { $0.trial.measure == measure }
        guard !entries.isEmpty else { return nil }
        return ([measure.rawValue] + entries.flatMap(describe)).joined(separator: "\n")
    }

    private func describe(_ entry: Explanation.Entry) -> [String] {
        let trial = entry.trial
        var line = "  "
        if case .pending(let due) = trial.state {
            line += "due \(due)"
        } else {
            line +=
                "\(rounded(trial.s.doubleValue)) of \(rounded(trial.n.doubleValue))  moves \(signed(entry.influence))"
        }
        line += "  " + TrialText.subject(trial, explanation.names)
        if let day = trial.decidedOn { line += "  decided \(day)" }
        line += "  \(trial.explanation)"
        return [line] + TrialText.events(trial, explanation.events).map { "      \($0)" }
    }

    /// What is pending, the nearest first.
    private var due: String? {
        let pending = explanation.entries.compactMap { entry -> (due: Day, entry: Explanation.Entry)? in
            if case .pending(let due) = entry.trial.state { (due, entry) } else { nil }
        }.sorted { $0.due < $1.due }
        guard !pending.isEmpty else { return nil }
        var table = TextTable(["FALLS DUE", "MEASURE", "ABOUT", "IF MET", "IF MISSED"])
        for (due, entry) in pending {
            table.add([
                "\(due)", entry.trial.measure.rawValue, TrialText.subject(entry.trial, explanation.names),
                signed(entry.outlook?.ifMet), signed(entry.outlook?.ifMissed),
            ])
        }
        return table.text
    }

    private var nextSteps: String {
        let ahead = explanation.nextSteps[0].aheadOn
        var table = TextTable(["WHAT WOULD RAISE THE SCORE MOST", "TODAY", "BY \(ahead)"])
        for step in explanation.nextSteps {
            table.add([words(step), signed(step.today.change), signed(step.ahead.change)])
        }
        return table.text
    }

    private func words(_ step: NextStep) -> String {
        let person = name(step.person)
        let gap = step.gap.map { "gap \($0.rawValue.printable) of \(person)" } ?? person
        let due = step.due.map { ", due \($0)" } ?? ""
        return switch step.kind {
        case .coach: "coach \(person) on something seen at work"
        case .clarify: "go through what good performance is with \(person)"
        case .act: "act on \(gap)\(due)"
        case .close: "close \(gap), the change seen by others\(due)"
        case .reachTarget: "bring the metric of \(gap) to its target"
        }
    }

    private func since(_ difference: ScoreDifference) -> String {
        let from = optional(difference.from.score?.score)
        let to = optional(difference.to.score?.score)
        let head =
            "Since \(difference.from.asOf) (policy \(difference.from.policy.version)): "
            + "\(from) → \(to) (\(signed(difference.change)))"
        return ([head] + DifferenceText(difference: difference, names: explanation.names).lines())
            .joined(separator: "\n")
    }

    private func name(_ person: PersonID) -> String { explanation.names[person].printable }
}
