internal import ArgumentParser
internal import Ledger
internal import Models

/// How a comparison is shown.
struct ComparisonOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Of the managers who differ, the trials of so many; a table lists only these.", valueName: "n"))
    var limit = 20
    @Option(help: "table, or json.")
    var format = ResultFormat.table

    func validate() throws {
        if limit < 0 { throw ValidationError("limit: expected at least 0, got \(limit)") }
    }

    /// - Parameter isWhole: Whether it is about one manager, whose trials are all listed.
    func show(_ comparison: Comparison, isWhole: Bool) {
        switch format {
        case .json: Terminal.result(comparison.json.serialized)
        case .table:
            Terminal.result(ComparisonText(comparison: comparison, limit: limit, isWhole: isWhole).text)
        }
    }
}
