internal import Ledger
internal import Models

/// A report for people: managers by score, the interval drawn, then programmes.
struct ScoreTable {
    let report: ScoreReport
    /// Only so many of the highest and of the lowest; nil shows all.
    let top: Int?
    var names = PersonNames.none

    /// How many of those who can't be scored are named.
    private static let othersNamed = 20

    var text: String {
        var parts = ["Scores of \(report.asOf)" + (report.policyVersion.map { ", policy \($0)" } ?? "")]
        let (scored, others) = (scored, others)
        if let top, scored.count > 2 * top {
            parts.append("The \(top) highest of \(scored.count)\n" + table(scored.prefix(top)))
            parts.append("The \(top) lowest\n" + table(scored.suffix(top)))
        } else if !scored.isEmpty {
            parts.append(table(scored[...]))
        }
        if !others.isEmpty {
            let shown = others.prefix(Self.othersNamed).map { names[$0].printable }.joined(separator: ", ")
            let rest = others.count - Self.othersNamed
            parts.append("Too few trials to score: \(shown)" + (rest > 0 ? " and \(rest) more" : ""))
        }
        if report.managers.isEmpty { parts.append("No manager has a trial.") }
        if !report.programmes.isEmpty { parts.append(programmes) }
        return parts.joined(separator: "\n\n")
    }

    /// The managers that ``text`` names.
    var shown: [PersonID] {
        let (scored, others) = (scored, others)
        let rows =
            if let top, scored.count > 2 * top { scored.prefix(top) + scored.suffix(top) } else { scored[...] }
        return rows.map(\.manager) + others.prefix(Self.othersNamed)
    }

    /// The highest first.
    private var scored: [ManagerScore] {
        report.managers.values.filter { $0.score != nil }.sorted(by: Self.precedes)
    }

    /// Those without a score.
    private var others: [PersonID] {
        report.managers.values.filter { $0.score == nil }.map(\.manager).sorted()
    }

    private static func precedes(_ left: ManagerScore, _ right: ManagerScore) -> Bool {
        let (first, second) = (left.score ?? 0, right.score ?? 0)
        return first == second ? left.manager < right.manager : first > second
    }

    private func table(_ scores: ArraySlice<ManagerScore>) -> String {
        var table = TextTable([
            "MANAGER", "SCORE", "LOW", "HIGH", "0" + spaces(18) + "50" + spaces(18) + "100", "STATUS", "TRIALS",
        ])
        for score in scores {
            let trials = score.measures.values.reduce(0) { $0 + $1.n }
            table.add([
                names[score.manager].printable, score.score.map { tenths($0) } ?? "–",
                score.low.map { tenths($0) } ?? "–",
                score.high.map { tenths($0) } ?? "–", interval(score), score.status.rawValue, tenths(trials),
            ])
        }
        return table.text
    }

    /// The interval over 41 columns from 0 to 100, with the score in it.
    private func interval(_ score: ManagerScore) -> String {
        guard let low = score.low, let high = score.high, let middle = score.score else { return "" }
        let columns = (low: column(low), middle: column(middle), high: column(high))
        return String(
            (0...40).map { place -> Character in
                if place == columns.middle { return "●" }
                if place == columns.low { return "├" }
                if place == columns.high { return "┤" }
                return columns.low < place && place < columns.high ? "─" : "·"
            })
    }

    private func column(_ value: Double) -> Int { Int((min(max(value, 0), 100) * 0.4).rounded()) }

    private var programmes: String {
        var table = TextTable(["PROGRAMME", "DELIVERED", "CHANGED", "GAP", "STATUS"])
        for programme in report.programmes.values.sorted(by: { $0.programme < $1.programme }) {
            table.add([
                programme.programme.rawValue.printable, "\(programme.delivered)", "\(programme.changed)",
                "\(programme.gap)",
                programme.status.rawValue,
            ])
        }
        return table.text
    }

    private func spaces(_ count: Int) -> String { String(repeating: " ", count: count) }

    /// With one decimal.
    private func tenths(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
}
