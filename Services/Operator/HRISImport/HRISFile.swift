import Models

/// An HR system's file, read row by row.
struct HRISFile {
    /// A row that can't be taken.
    struct BadRow: Hashable, Sendable {
        let row: Int
        /// Nil where not even that could be read.
        let person: PersonID?
        let detail: String
    }

    enum Line {
        case row(HRISRow)
        case bad(BadRow)
    }

    /// Columns of the file that are not read.
    let ignoredColumns: [String]
    /// What of the file's events is removed before anything is stored, in temporary tables and files too.
    let rules: MinimisationRules
    private var reader: CSVReader
    private let places: [HRISColumn: Int]
    private let width: Int

    /// Reads the header.
    ///
    /// - Parameter rules: A column whose member they name is read as if it were empty: it is in no hash either, so that
    ///   what changes there changes nothing.
    /// - Throws: ``HRISImportError`` where the file is no CSV or lacks a column.
    init(
        _ reader: CSVReader, columns: HRISColumns = .standard, minimising rules: MinimisationRules = .none
    ) throws(HRISImportError) {
        self.reader = reader
        self.rules = rules
        let header = try self.reader.next()?.fields ?? []
        let known = Dictionary(uniqueKeysWithValues: HRISColumn.allCases.map { (columns.name(of: $0), $0) })
        var places: [HRISColumn: Int] = [:]
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
        // Only now: a file that lacks a column is refused whatever is made of the column.
        self.places = places.filter { column, _ in column.member.map { !rules.names.contains($0) } ?? true }
        width = header.count
        ignoredColumns = ignored
    }

    /// The next row in the file's order; nil at the end.
    ///
    /// - Throws: ``HRISImportError`` where what follows is no CSV. A row that can't be taken is an answer, no error.
    mutating func next() throws(HRISImportError) -> Line? {
        guard let record = try reader.next() else { return nil }
        let fields = record.fields
        guard fields.count == width else {
            let place = places[.employee] ?? 0
            // No identifier, no person: the row is reported by its number alone.
            let person = fields.indices.contains(place) ? try? PersonID(fields[place]) : nil
            return .bad(
                BadRow(row: record.row, person: person, detail: "expected \(width) fields, got \(fields.count)"))
        }
        do {
            return .row(try HRISRow(row: record.row) { column in places[column].map { fields[$0] } ?? "" })
        } catch {
            return .bad(BadRow(row: record.row, person: error.person, detail: error.detail))
        }
    }
}
