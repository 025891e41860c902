import Models
import Postgres

/// A file's rows as a binary COPY into the table of ``HRISStage``. Iterated once.
final class StagedLines: AsyncSequence, AsyncIteratorProtocol {
    static let sql = """
        COPY onus_hris_row (row, person, manager, role, unit, name, email, start_day, end_day, hired, hash)
        FROM STDIN (FORMAT binary)
        """

    private static let pieceSize = 1 << 18

    /// The rows read so far, those that can't be taken included.
    private(set) var count = 0
    private var file: HRISFile
    private let noting: (HRISFile.BadRow) throws -> Void
    private var writer = BinaryCopyWriter()
    private var isFinished = false

    init(_ file: HRISFile, noting: @escaping (HRISFile.BadRow) throws -> Void) {
        self.file = file
        self.noting = noting
    }

    func makeAsyncIterator() -> StagedLines { self }

    func next() async throws -> [UInt8]? {
        guard !isFinished else { return nil }
        while let line = try file.next() {
            count += 1
            switch line {
            case .row(let row): append(row)
            case .bad(let bad):
                try noting(bad)
                if let person = bad.person { append(bad.row, of: person) }
            }
            if writer.count >= Self.pieceSize { return writer.take() }
        }
        isFinished = true
        return writer.finish()
    }

    private func append(_ row: HRISRow) {
        writer.append([
            .int4(Int32(clamping: row.row)), .text(row.person.rawValue), .text(row.manager?.rawValue),
            .text(row.role?.rawValue), .text(row.unit), .text(row.name), .text(row.email), .date(DateValue(row.start)),
            .date(row.end.map(DateValue.init)), .date(row.hired.map(DateValue.init)), .text(row.hash),
        ])
    }

    private func append(_ row: Int, of person: PersonID) {
        writer.append(
            [.int4(Int32(clamping: row)), .text(person.rawValue)]
                + [.null(.text), .null(.text), .null(.text), .null(.text), .null(.text)]
                + [.null(.date), .null(.date), .null(.date), .null(.text)])
    }
}
