import Models

/// The study's numbers as comma-separated values, one row a cell.
package enum StudyTable {
    private static let columns: [(name: String, value: @Sendable (CellSummary) -> String)] = [
        ("population", { "\"\($0.cell.population)\"" }),
        ("conduct", { $0.cell.conduct.rawValue }),
        ("team", { "\($0.cell.team)" }),
        ("managers", { "\($0.managers)" }),
        ("scored", { "\($0.scored)" }),
        ("coverage", { FixedPoint.text($0.coverage, 4) }),
        ("coverage_error", { FixedPoint.text($0.coverageError, 4) }),
        ("interval_too_high", { FixedPoint.text($0.tooHigh, 4) }),
        ("interval_too_low", { FixedPoint.text($0.tooLow, 4) }),
        ("mean_true_score", { FixedPoint.text($0.meanTruth, 2) }),
        ("mean_score", { FixedPoint.text($0.meanScore, 2) }),
        ("bias", { FixedPoint.text($0.bias, 2) }),
        ("root_mean_square_error", { FixedPoint.text($0.error, 2) }),
        ("mean_width", { FixedPoint.text($0.width, 2) }),
        ("insufficient", { FixedPoint.text($0.share(of: .insufficient), 4) }),
        ("owning", { FixedPoint.text($0.share(of: .owning), 4) }),
        ("mixed", { FixedPoint.text($0.share(of: .mixed), 4) }),
        ("outsourced", { FixedPoint.text($0.share(of: .outsourced), 4) }),
        ("not_outsourced", { "\($0.notOutsourced.of)" }),
        ("shown_outsourced", { "\($0.notOutsourced.count)" }),
        ("at_threshold", { "\($0.atThreshold.of)" }),
        ("at_threshold_outsourced", { "\($0.atThreshold.count)" }),
        ("not_owning", { "\($0.notOwning.of)" }),
        ("shown_owning", { "\($0.notOwning.count)" }),
    ]

    /// The first line.
    package static let header = columns.map(\.name).joined(separator: ",")

    /// What a cell's row begins with.
    package static func key(_ cell: Cell) -> String {
        "\"\(cell.population)\",\(cell.conduct.rawValue),\(cell.team),"
    }

    package static func csv(_ summaries: [CellSummary]) -> String {
        let rows = summaries.map { summary in columns.map { $0.value(summary) }.joined(separator: ",") }
        return ([header] + rows).joined(separator: "\n") + "\n"
    }
}
