import Accountability
import Ledger
import Models

extension ManagerView.Due {
    /// How many a page lists unless it is asked for all.
    static let limit = 40

    /// What is pending, the nearest first.
    static func of(_ entries: [Explanation.Entry], name: (PersonID) -> String) -> [Self] {
        entries.compactMap { entry -> (due: Day, row: Self)? in
            guard case .pending(let due) = entry.trial.state else { return nil }
            let trial = entry.trial
            return (
                due,
                Self(
                    day: due.description, measure: trial.measure.rawValue, person: name(trial.person),
                    gap: trial.gap?.rawValue ?? "", gapHref: trial.gap.map { Link.gap($0) },
                    ifMet: Figure.signed(entry.outlook?.ifMet), ifMissed: Figure.signed(entry.outlook?.ifMissed))
            )
        }.sorted { $0.due < $1.due }.map(\.row)
    }
}

extension ManagerView.Step {
    init(_ step: NextStep, name: (PersonID) -> String) {
        let person = name(step.person)
        let due = step.due.map { ", due \($0)" } ?? ""
        what =
            switch step.kind {
            case .coach: "See \(person) at work, and coach on what you saw"
            case .clarify: "Go through what good performance is with \(person)"
            case .act: "Act on a gap of \(person)\(due)"
            case .close: "Close a gap of \(person), the change seen by others\(due)"
            case .reachTarget: "Bring a gap's metric to its target with \(person)"
            }
        gap = step.gap?.rawValue ?? ""
        gapHref = step.gap.map { Link.gap($0) }
        today = Figure.signed(step.today.change)
        ahead = Figure.signed(step.ahead.change)
    }
}

extension ManagerView.Since {
    /// How many changes a page lists, those with the greatest share, unless it is asked for all.
    private static let limit = 40

    /// - Parameters:
    ///   - published: The score of the earlier day as it was published.
    ///   - isWhole: Whether everybody was asked whose trials may have left.
    init(
        _ difference: ScoreDifference, published: ConsoleStore.PublishedScore?, isWhole: Bool,
        _ listing: Listing, name: (PersonID) -> String
    ) {
        let rows = difference.changes.sorted { ($0.share?.magnitude ?? 0) > ($1.share?.magnitude ?? 0) }
        let before = difference.from.score?.score
        let after = difference.to.score?.score
        day = difference.from.asOf.description
        latest = (difference.to.asOf - 1).description
        reading =
            "\(before.map { Figure.fixed($0, 1) } ?? "no score") on \(difference.from.asOf), "
            + "\(after.map { Figure.fixed($0, 1) } ?? "no score") on \(difference.to.asOf)"
            + (difference.change.map { ": \(Figure.signed($0))." } ?? ".")
            + (difference.policyShare.map { " The policy's other constants alone: \(Figure.signed($0))." } ?? "")
        self.published = published.flatMap { published in
            let then = published.score.map { Figure.fixed($0, 1) } ?? "no score"
            guard then != before.map({ Figure.fixed($0, 1) }) ?? "no score" else { return nil }
            return "Published on that day, by what was known then: \(then), policy \(published.policyVersion)."
        }
        hasChanges = !rows.isEmpty
        let (shown, rest) = listing.cut(rows, to: Self.limit, anchor: "since") { "\($0) more." }
        changes = shown.compactMap { ManagerView.Change($0, name: name) }
        more = rest
        left =
            isWhole
            ? nil : "Trials of people further below that have left the window are not listed; onus compare lists them."
    }
}

extension ManagerView.Change {
    init?(_ change: TrialChange, name: (PersonID) -> String) {
        guard let trial = change.trial else { return nil }
        share = Figure.signed(change.share)
        tone = Figure.tone(change.share)
        kind = change.kind.rawValue
        measure = trial.measure.rawValue
        person = name(trial.person)
        gap = trial.gap?.rawValue ?? ""
        gapHref = trial.gap.map { Link.gap($0) }
        before = Self.result(change.before)
        after = Self.result(change.after)
        why = trial.explanation
    }

    private static func result(_ trial: Trial?) -> String {
        guard let trial else { return "–" }
        if case .pending(let due) = trial.state { return "due \(due)" }
        return "\(Figure.short(trial.s.doubleValue)) of \(Figure.short(trial.n.doubleValue))"
    }
}
