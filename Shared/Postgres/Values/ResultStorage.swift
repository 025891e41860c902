/// The cells of a result, immutable and shared by its rows.
final class ResultStorage: Sendable {
    let columns: [ResultSet.Column]
    let rows: Int
    let affectedRows: Int
    let commandTag: String
    /// All cells' bytes, row by row.
    let bytes: [UInt8]
    /// Where cell *i* starts in `bytes`, bit-inverted when it is NULL; one entry more at the end.
    private let starts: [Int]

    init(
        columns: [ResultSet.Column], rows: Int, affectedRows: Int, commandTag: String, bytes: [UInt8], starts: [Int]
    ) {
        self.columns = columns
        self.rows = rows
        self.affectedRows = affectedRows
        self.commandTag = commandTag
        self.bytes = bytes
        self.starts = starts
    }

    /// The cell's place in `bytes`; `nil` for NULL.
    func cell(row: Int, column: Int) throws(PostgresError) -> Range<Int>? {
        guard columns.indices.contains(column) else {
            throw PostgresError(.decoding, "expected a column in 0..<\(columns.count), got \(column)")
        }
        precondition(row >= 0 && row < rows, "a row beyond the result")
        let position = row * columns.count + column
        let start = starts[position]
        guard start >= 0 else { return nil }
        let next = starts[position + 1]
        return start..<(next >= 0 ? next : ~next)
    }

    func index(of name: String) throws(PostgresError) -> Int {
        guard let index = columns.firstIndex(where: { $0.name == name }) else {
            throw PostgresError(.decoding, "expected a column named \(name), got \(columns.map(\.name))")
        }
        return index
    }
}
