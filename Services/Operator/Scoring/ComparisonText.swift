internal import Accountability
internal import Ledger
internal import Models

/// A comparison for people: how many differ, from which status to which, who by how much, and why.
struct ComparisonText {
    let comparison: Comparison
    /// Of the managers only so many; nil lists all.
    let limit: Int?
    /// Whether every trial is listed, as for one manager who was asked for.
    let isWhole: Bool

    private static let trialsEach = 8

    var text: String {
        var parts = [head]
        if !comparison.moves.isEmpty { parts.append(table) }
        let order = comparison.moves.map(\.manager)
        let others = comparison.differences.keys.filter { !order.contains($0) }.sorted()
        for manager in order + others {
            guard let difference = comparison.differences[manager] else { continue }
            let lines = DifferenceText(difference: difference, names: comparison.names)
                .lines(limit: isWhole ? nil : Self.trialsEach)
            let change = "\(optional(difference.from.score?.score)) → \(optional(difference.to.score?.score))"
            parts.append(([name(manager) + ": " + change] + lines).joined(separator: "\n"))
        }
        return parts.joined(separator: "\n\n")
    }

    private var head: String {
        var lines = [
            "From \(side(comparison.from)) to \(side(comparison.to)): "
                + "\(comparison.moves.count) of \(comparison.compared) managers differ."
        ]
        for constant in comparison.to.policy.differences(from: comparison.from.policy) {
            lines.append("  \(constant.pointer)  \(constant.was) → \(constant.is)")
        }
        for move in comparison.statusMoves {
            lines.append("  \(status(move.from)) → \(status(move.to)): \(move.managers)")
        }
        return lines.joined(separator: "\n")
    }

    private var table: String {
        var table = TextTable(["MANAGER", "FROM", "TO", "CHANGE", "STATUS"])
        for move in comparison.moves.prefix(limit ?? .max) {
            let status =
                move.isStatusChanged
                ? "\(status(move.before?.status)) → \(status(move.after?.status))" : status(move.after?.status)
            table.add([
                name(move.manager), optional(move.before?.score), optional(move.after?.score), signed(move.change),
                status,
            ])
        }
        let rest = comparison.moves.count - comparison.moves.prefix(limit ?? .max).count
        return table.text + (rest > 0 ? "\nand \(rest) more; --format json lists all" : "")
    }

    private func side(_ side: Comparison.Side) -> String { "\(side.day) (policy \(side.policy.version))" }
    private func status(_ status: ManagerStatus?) -> String { status?.rawValue ?? "no row" }
    private func name(_ manager: PersonID) -> String { comparison.names[manager].printable }
}
