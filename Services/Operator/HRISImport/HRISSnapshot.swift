import Models

/// The rows of a file that can be taken, all at once: for files of which all people are wanted in memory anyway.
struct HRISSnapshot: Sendable {
    /// By person, then start, then row.
    let rows: [HRISRow]

    /// - Throws: ``HRISImportError`` where the file is no CSV or lacks a column. A row that can't be taken is left out.
    init(csv: [UInt8]) throws(HRISImportError) {
        var file = try HRISFile(CSVReader(csv))
        var rows: [HRISRow] = []
        while let line = try file.next() {
            if case .row(let row) = line { rows.append(row) }
        }
        self.rows = rows.sorted { ($0.person, $0.start, $0.row) < ($1.person, $1.start, $1.row) }
    }

    /// The rows of each person, in order.
    var people: [ArraySlice<HRISRow>] {
        var slices: [ArraySlice<HRISRow>] = []
        var start = rows.startIndex
        while start < rows.endIndex {
            let end = rows[start...].firstIndex { $0.person != rows[start].person } ?? rows.endIndex
            slices.append(rows[start..<end])
            start = end
        }
        return slices
    }
}
