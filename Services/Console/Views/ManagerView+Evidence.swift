import Accountability
import Ledger
import Models

extension ManagerView.Evidence {
    /// How many trials of one measure a page lists unless it is asked for all; the rest is counted.
    private static let limit = 60

    /// The trials by measure, those that decided latest first, pending ones before them.
    static func of(_ entries: [Explanation.Entry], _ listing: Listing, name: (PersonID) -> String) -> [Self] {
        Measure.allCases.compactMap { measure in
            let own = entries.filter { $0.trial.measure == measure }.sorted { latest($0.trial) > latest($1.trial) }
            guard !own.isEmpty else { return nil }
            let pending = own.count { $0.trial.isPending }
            let counted = own.count - pending
            let (shown, rest) = listing.cut(own, to: limit, anchor: measure.rawValue) { "\($0) more." }
            return Self(
                id: measure.rawValue, name: measure.rawValue,
                summary: "\(counted) counted" + (pending > 0 ? ", \(pending) pending" : ""), open: listing.isWhole,
                trials: shown.map { ManagerView.TrialRow($0, listing, name: name) }, more: rest)
        }
    }

    private static func latest(_ trial: Trial) -> (Int, Int, PersonID) {
        if case .pending(let due) = trial.state { return (1, due.number, trial.person) }
        return (0, trial.decidedOn?.number ?? Int.max, trial.person)
    }
}

extension ManagerView.TrialRow {
    /// How many of a trial's events a page lists unless it is asked for all.
    private static let limit = 6

    init(_ entry: Explanation.Entry, _ listing: Listing, name: (PersonID) -> String) {
        let trial = entry.trial
        person = name(trial.person)
        gap = trial.gap?.rawValue ?? ""
        gapHref = trial.gap.map { Link.gap($0) }
        switch trial.state {
        case .pending(let due): decided = "due \(due)"
        case .counted: decided = trial.decidedOn?.description ?? "today"
        }
        n = Figure.short(trial.n.doubleValue)
        s = Figure.short(trial.s.doubleValue)
        influence = Figure.signed(entry.influence)
        tone = Figure.tone(entry.influence)
        why = trial.explanation
        let (shown, rest) = listing.cut(trial.evidence, to: Self.limit, anchor: trial.measure.rawValue) {
            "and \($0) more"
        }
        events = shown.map { "\($0.source) \($0.id)" }
        moreEvents = rest
    }
}
