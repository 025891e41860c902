import Models

/// How many managers are wrongly shown as `outsourced`, by their true score: a panel for each population that is spread
/// over the scores from the threshold on, a line a team size.
struct OutsourcedPlot {
    let summaries: [CellSummary]
    let policy: Policy
    /// The goal, as a share.
    let goal: Double

    private static let size = (width: 320.0, height: 220.0)
    private static let origin = (x: 60.0, y: 76.0)
    private static let gap = 60.0

    var svg: String {
        var populations: [Population] = []
        for summary in summaries where !populations.contains(summary.cell.population) {
            populations.append(summary.cell.population)
        }
        let panels = Double(populations.count)
        let width = Self.origin.x + panels * Self.size.width + (panels - 1) * Self.gap + 20
        let title = "Shown as outsourced by true score"
        var canvas = SVGCanvas(width: width, height: Self.origin.y + Self.size.height + 50, title: title)
        canvas.text(10, 20, title + " (dashed: the goal for all together)", class: "h")
        for (index, team) in Cell.teams.enumerated() {
            canvas.marker(Self.origin.x + Double(index) * 100, 38, series: index)
            canvas.text(Self.origin.x + Double(index) * 100 + 10, 42, "team of \(team)")
        }
        for (index, population) in populations.enumerated() {
            let left = Self.origin.x + Double(index) * (Self.size.width + Self.gap)
            canvas.text(left, Self.origin.y - 10, "\(population)")
            drawAxes(left, &canvas)
            for (series, team) in Cell.teams.enumerated() {
                let cell = summaries.first { $0.cell.population == population && $0.cell.team == team }
                draw(cell?.outsourcedByScore ?? [], left, series: series, &canvas)
            }
        }
        return canvas.svg
    }

    private func drawAxes(_ left: Double, _ canvas: inout SVGCanvas) {
        let bottom = Self.origin.y + Self.size.height
        for tick in stride(from: 0, through: greatest, by: greatest > 0.1 ? 0.05 : 0.01) {
            canvas.line(left, y(tick), left + Self.size.width, y(tick), class: "g")
            canvas.text(left - 6, y(tick) + 4, FixedPoint.percent(tick, 0) + " %", .end)
        }
        canvas.line(left, y(goal), left + Self.size.width, y(goal), class: "a")
        for bin in stride(from: 0, through: CellSummary.bins, by: 2) {
            let x = left + Double(bin) / Double(CellSummary.bins) * Self.size.width
            let score = policy.outsourcedHigh + Double(bin) / Double(CellSummary.bins) * (100 - policy.outsourcedHigh)
            canvas.text(x, bottom + 16, FixedPoint.text(score, 0), .middle)
        }
        canvas.text(left + Self.size.width / 2, bottom + 36, "true score", .middle)
    }

    private func draw(_ shares: [CellSummary.Share], _ left: Double, series: Int, _ canvas: inout SVGCanvas) {
        let points = shares.enumerated().filter { $0.element.of > 0 }.map { bin, share in
            (
                x: left + (Double(bin) + 0.5) / Double(CellSummary.bins) * Self.size.width,
                y: y(share.value)
            )
        }
        canvas.path(points, series: series)
        for point in points { canvas.marker(point.x, point.y, series: series) }
    }

    /// The greatest share, up to the next whole hundredth.
    private var greatest: Double {
        let greatest = summaries.flatMap(\.outsourcedByScore).filter { $0.of > 0 }.map(\.value).max() ?? 0
        return max(((greatest * 100).rounded(.up) + 1) / 100, 2 * goal)
    }

    private func y(_ share: Double) -> Double {
        Self.origin.y + Self.size.height * (1 - share / greatest)
    }
}
