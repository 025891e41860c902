import Models

/// What a viewer asked the scoreboard for.
struct ScoreboardFilter: Sendable {
    enum Order: String, CaseIterable, Sendable {
        case highest
        case lowest
        case name

        var label: String {
            switch self {
            case .highest: "highest first"
            case .lowest: "lowest first"
            case .name: "by name"
            }
        }
    }

    /// A part of a name, unit or identifier, in any case; empty for all.
    let text: String
    let status: ManagerStatus?
    let order: Order

    /// The summaries that match, in order. Those without a score stand last, as nothing can be said of them.
    func apply(to summaries: [ManagerSummary]) -> [ManagerSummary] {
        let needle = text.lowercased()
        let found = summaries.filter { summary in
            (status == nil || summary.score.status == status)
                && (needle.isEmpty || summary.name.lowercased().contains(needle)
                    || (summary.unit ?? "").lowercased().contains(needle)
                    || summary.score.manager.rawValue.lowercased().contains(needle))
        }
        return found.sorted { a, b in
            if order != .name, a.score.score != b.score.score {
                guard let left = a.score.score else { return false }
                guard let right = b.score.score else { return true }
                return order == .highest ? left > right : left < right
            }
            return a.name == b.name ? a.score.manager < b.score.manager : a.name < b.name
        }
    }
}
