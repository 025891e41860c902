import Models

/// The study as a page of Markdown with its plots and its numbers, ready to be written into a folder.
package struct StudyReport: Sendable {
    package let study: Study
    /// In the order of the study's cells.
    package let summaries: [CellSummary]

    package init(study: Study, summaries: [CellSummary]) {
        self.study = study
        self.summaries = summaries
    }

    /// The acceptance: how often the 90 % interval is to hold the true score.
    package static let coverageGoal = 0.86...0.96
    /// The acceptance: of managers spread over the scores that are not `outsourced`, fewer than this are shown as such.
    package static let outsourcedGoal = 0.015

    /// Files by name.
    package var files: [(name: String, text: String)] {
        [
            ("calibration.md", page), ("calibration.csv", StudyTable.csv(summaries)),
            ("calibration-coverage.svg", coverage(of: calibration, "Coverage of the 90 % interval", from: 80)),
            ("calibration-bias.svg", bias), ("calibration-outsourced.svg", outsourced),
            ("calibration-broken.svg", coverage(of: broken, "Coverage where the assumptions break", from: 0)),
        ]
    }

    /// The cells outside the goal, in order.
    package var uncalibrated: [CellSummary] {
        calibration.filter { !Self.coverageGoal.contains($0.coverage) }
    }

    /// The cells in which too many are shown as outsourced and aren't, in order.
    package var misjudging: [CellSummary] {
        spread.filter { $0.notOutsourced.value >= Self.outsourcedGoal }
    }

    var calibration: [CellSummary] { part(Cell.calibration) }
    var threshold: [CellSummary] { part(Cell.threshold(study.policy)) }
    var broken: [CellSummary] { part(Cell.broken) }

    /// Those of ``threshold`` whose true scores are spread, not exactly the threshold.
    var spread: [CellSummary] {
        threshold.filter { summary in
            switch summary.cell.population {
            case .even(let scores), .uneven(let scores): scores.lowerBound < scores.upperBound
            default: false
            }
        }
    }

    private func part(_ cells: [Cell]) -> [CellSummary] {
        let cells = Set(cells)
        return summaries.filter { cells.contains($0.cell) }
    }

    private func coverage(of cells: [CellSummary], _ title: String, from least: Double) -> String {
        DotPlot(
            title: title, axis: "intervals that hold the true score, %", range: least...100,
            ticks: stride(from: least, through: 100, by: (100 - least) / 10).map { $0 }, decimals: 0,
            band: 100 * Self.coverageGoal.lowerBound...100 * Self.coverageGoal.upperBound, summaries: cells
        ) { 100 * $0.coverage }.svg
    }

    private var bias: String {
        DotPlot(
            title: "Mean error of the score", axis: "points of the score", range: -10...10,
            ticks: stride(from: -10, through: 10, by: 2).map { $0 }, decimals: 0, band: nil, summaries: calibration
        ) { $0.bias }.svg
    }

    private var outsourced: String {
        OutsourcedPlot(summaries: spread, policy: study.policy, goal: Self.outsourcedGoal).svg
    }
}
