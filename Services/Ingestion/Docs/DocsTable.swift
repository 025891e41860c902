/// A table that scrolls by itself where the window is narrow, by keyboard too.
struct DocsTable {
    private let header: [Markup]
    private let rows: [[Markup]]

    /// - Parameter rows: As many cells as the header; the first names the row.
    init(_ header: [Markup], _ rows: [[Markup]]) {
        self.header = header
        self.rows = rows
    }

    /// - Parameter label: What it is a table of, for those who don't see it.
    func markup(_ label: String) -> Markup {
        let head = Markup.element(
            "tr", [], header.map { Markup.element("th", [("scope", "col")], $0) }.joined())
        let body = rows.map { row in
            let first = row.first.map { Markup.element("th", [("scope", "row")], $0) } ?? .nothing
            return Markup.element("tr", [], first, row.dropFirst().map { Markup.element("td", [], $0) }.joined())
        }
        return .element(
            "div", [("class", "scroll"), ("role", "region"), ("aria-label", label), ("tabindex", "0")],
            .element("table", [], .element("thead", [], head), .element("tbody", [], body.joined())))
    }
}
