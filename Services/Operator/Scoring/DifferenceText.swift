internal import Accountability
internal import Ledger
internal import Models

/// The trials that entered, left or changed, one a line.
struct DifferenceText {
    let difference: ScoreDifference
    let names: PersonNames

    /// - Parameter limit: At most so many, those with the greatest share; `nil` lists all.
    func lines(limit: Int? = nil) -> [String] {
        var table = TextTable(["  SHARE", "WHAT", "MEASURE", "ABOUT", "BEFORE", "AFTER", "WHY"])
        if let share = difference.policyShare {
            table.add(["  \(signed(share))", "policy", "–", "the other constants", "–", "–", "–"])
        }
        let changes = difference.changes.sorted { ($0.share?.magnitude ?? 0) > ($1.share?.magnitude ?? 0) }
        for change in changes.prefix(limit ?? .max) {
            guard let trial = change.trial else { continue }
            table.add([
                "  \(signed(change.share))", change.kind.rawValue, trial.measure.rawValue,
                TrialText.subject(trial, names), TrialText.result(change.before), TrialText.result(change.after),
                trial.explanation,
            ])
        }
        if changes.isEmpty && difference.policyShare == nil { return ["  No trial entered, left or changed."] }
        let rest = changes.count - changes.prefix(limit ?? .max).count
        return [table.text] + (rest > 0 ? ["  and \(rest) more; --manager or --format json lists all"] : [])
    }
}
