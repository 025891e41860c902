/// A row a population, a marker a team size: for shares and errors of cells.
struct DotPlot {
    let title: String
    /// What the numbers are.
    let axis: String
    let range: ClosedRange<Double>
    let ticks: [Double]
    let decimals: Int
    /// Where values ought to be.
    let band: ClosedRange<Double>?
    /// In order; the cells of one row follow each other.
    let summaries: [CellSummary]
    let value: (CellSummary) -> Double

    private static let left = 300.0
    private static let plotWidth = 420.0
    private static let rowHeight = 22.0
    private static let top = 58.0

    var svg: String {
        let rows = rows
        let bottom = Self.top + Double(rows.count) * Self.rowHeight
        var canvas = SVGCanvas(width: Self.left + Self.plotWidth + 30, height: bottom + 46, title: title)
        canvas.text(10, 20, title, class: "h")
        for (index, team) in Cell.teams.enumerated() {
            let x = Self.left + Double(index) * 100
            canvas.marker(x + 4, 36, series: index)
            canvas.text(x + 14, 40, "team of \(team)")
        }
        if let band {
            canvas.rectangle(
                x(band.lowerBound), Self.top, x(band.upperBound) - x(band.lowerBound), bottom - Self.top, class: "b")
        }
        for tick in ticks {
            canvas.line(x(tick), Self.top, x(tick), bottom, class: "g")
            canvas.text(x(tick), bottom + 16, FixedPoint.text(tick, decimals), .middle)
        }
        canvas.text(Self.left + Self.plotWidth / 2, bottom + 36, axis, .middle)
        for (index, row) in rows.enumerated() {
            let y = Self.top + (Double(index) + 0.5) * Self.rowHeight
            canvas.text(Self.left - 12, y + 4, row.label, .end)
            canvas.line(Self.left, y, Self.left + Self.plotWidth, y, class: "g")
            for summary in row.summaries {
                let value = value(summary)
                guard value.isFinite, let series = Cell.teams.firstIndex(of: summary.cell.team) else { continue }
                canvas.marker(x(value), y, series: series)
            }
        }
        return canvas.svg
    }

    private var rows: [(label: String, summaries: [CellSummary])] {
        var rows: [(label: String, summaries: [CellSummary])] = []
        for summary in summaries {
            if rows.last?.label != summary.cell.label { rows.append((summary.cell.label, [])) }
            rows[rows.count - 1].summaries.append(summary)
        }
        return rows
    }

    /// What lies outside the range is drawn at its edge.
    private func x(_ value: Double) -> Double {
        let inside = min(max(value, range.lowerBound), range.upperBound)
        return Self.left + (inside - range.lowerBound) / (range.upperBound - range.lowerBound) * Self.plotWidth
    }
}

extension Cell {
    /// Its row in a plot.
    var label: String {
        switch (conduct, population) {
        case (.assumed, _): "\(population)"
        case (_, .level(let level)): "\(conduct.label), \(level)"
        default: conduct.label
        }
    }
}

extension Conduct {
    /// A name short enough for the side of a plot.
    fileprivate var label: String {
        switch self {
        case .assumed: "as assumed"
        case .regular: "regular sessions"
        case .quiet: "little happens"
        case .bursts: "bursts of sessions"
        case .teamWeeks: "team weeks"
        case .sharedCauses: "shared causes"
        case .clarityTogether: "clarity together"
        case .inventedSessions: "invented sessions"
        case .paperClosures: "closures on paper"
        case .dishonest: "invented and on paper"
        }
    }
}
