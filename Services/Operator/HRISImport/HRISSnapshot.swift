import Models

/// The rows of a file, and those that could not be taken.
struct HRISSnapshot: Sendable {
    struct BadRow: Hashable, Sendable {
        let row: Int
        /// Nil where not even that could be read.
        let person: PersonID?
        let detail: String
    }

    /// By person, then start, then row.
    let rows: [HRISRow]
    let badRows: [BadRow]
    /// Columns of the file that are not read.
    let ignoredColumns: [String]

    /// - Throws: ``HRISImportError`` where the file is no CSV or lacks a column. A row that can't be taken is kept apart.
    init(csv: [UInt8], columns: HRISColumns = .standard) throws(HRISImportError) {
        var reader = CSVReader(csv)
        let header = try reader.next()?.fields ?? []
        var places: [HRISColumn: Int] = [:]
        let known = Dictionary(uniqueKeysWithValues: HRISColumn.allCases.map { (columns.name(of: $0), $0) })
        var ignored: [String] = []
        for (place, name) in header.enumerated() {
            guard let column = known[name] else {
                ignored.append(name)
                continue
            }
            guard places.updateValue(place, forKey: column) == nil else { throw .repeatedColumn(name) }
        }
        let missing = HRISColumn.allCases.filter { $0.isRequired && places[$0] == nil }
        guard missing.isEmpty else { throw .missingColumns(missing.map(columns.name)) }

        let employeePlace = places[.employee] ?? 0
        var rows: [HRISRow] = []
        var badRows: [BadRow] = []
        while let record = try reader.next() {
            guard record.fields.count == header.count else {
                let text = record.fields.indices.contains(employeePlace) ? record.fields[employeePlace] : ""
                // No identifier, no person: the row is reported by its number alone.
                let person = try? PersonID(text)
                badRows.append(
                    BadRow(
                        row: record.row, person: person,
                        detail: "expected \(header.count) fields, got \(record.fields.count)"))
                continue
            }
            do {
                rows.append(
                    try HRISRow(row: record.row) { column in places[column].map { record.fields[$0] } ?? "" })
            } catch {
                badRows.append(BadRow(row: record.row, person: error.person, detail: error.detail))
            }
        }
        self.rows = rows.sorted { ($0.person, $0.start, $0.row) < ($1.person, $1.start, $1.row) }
        self.badRows = badRows
        ignoredColumns = ignored
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
