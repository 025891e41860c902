import Models

/// How much of its lists a manager's page shows: so many lines, or, where it is asked for all, all.
struct Listing: Sendable {
    let isWhole: Bool
    private let all: String

    /// - Parameters:
    ///   - since: The day that the page compares with, so that the whole page keeps it.
    ///   - reason: What the viewer gave as one, which the whole page keeps too.
    ///   - isWhole: Whether all is shown.
    init(of manager: PersonID, since: Day, reason: LookReason?, isWhole: Bool) {
        self.isWhole = isWhole
        let kept = reason.map { "&reason=\(Link.encode($0.text))" } ?? ""
        all = "\(Link.manager(manager))?since=\(since)&show=all\(kept)"
    }

    /// The first of the rows, and what is left out.
    ///
    /// - Parameters:
    ///   - anchor: Where on the whole page the list is.
    ///   - words: What is said of so many rows that are left out.
    func cut<Row>(
        _ rows: [Row], to limit: Int, anchor: String, _ words: (Int) -> String
    ) -> (shown: [Row], rest: ManagerView.Rest?) {
        guard !isWhole, rows.count > limit else { return (rows, nil) }
        return (
            Array(rows.prefix(limit)), ManagerView.Rest(words: words(rows.count - limit), href: "\(all)#\(anchor)")
        )
    }
}
