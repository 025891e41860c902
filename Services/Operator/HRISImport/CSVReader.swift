/// Reads comma-separated values (RFC 4180): quoted fields may hold commas, quotes (doubled) and line breaks; lines end
/// with LF or CRLF; a byte order mark is skipped.
struct CSVReader {
    /// One record and where it stands.
    struct Record {
        /// As a spreadsheet numbers it: the header is row 1.
        let row: Int
        let fields: [String]
    }

    private let bytes: [UInt8]
    private var index = 0
    private var row = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { index = 3 }
    }

    /// The next record; nil at the end. Empty lines are counted and skipped.
    ///
    /// - Throws: ``HRISImportError/notCSV(row:detail:)``; nothing behind it can be read.
    mutating func next() throws(HRISImportError) -> Record? {
        while index < bytes.count {
            row += 1
            var fields: [String] = []
            var isEmptyLine = true
            fields: while true {
                let isQuoted = index < bytes.count && bytes[index] == UInt8(ascii: "\"")
                fields.append(isQuoted ? try quoted() : try plain())
                if isQuoted || !fields[fields.count - 1].isEmpty { isEmptyLine = false }
                guard index < bytes.count else { break fields }
                let byte = bytes[index]
                index += 1
                if byte == UInt8(ascii: ",") {
                    isEmptyLine = false
                } else {
                    // A line's end: LF, or the CR of CRLF.
                    if byte == UInt8(ascii: "\r") { index += 1 }
                    break fields
                }
            }
            if !isEmptyLine { return Record(row: row, fields: fields) }
        }
        return nil
    }

    private mutating func plain() throws(HRISImportError) -> String {
        let start = index
        scan: while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: ","), UInt8(ascii: "\n"): break scan
            case UInt8(ascii: "\r") where index + 1 < bytes.count && bytes[index + 1] == UInt8(ascii: "\n"): break scan
            case UInt8(ascii: "\""):
                throw .notCSV(row: row, detail: "expected quotes around the whole field, got one inside it")
            default: index += 1
            }
        }
        return try text(bytes[start..<index])
    }

    private mutating func quoted() throws(HRISImportError) -> String {
        var contents: [UInt8] = []
        index += 1
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            guard byte == UInt8(ascii: "\"") else {
                contents.append(byte)
                continue
            }
            if index < bytes.count, bytes[index] == UInt8(ascii: "\"") {
                contents.append(byte)
                index += 1
                continue
            }
            let endsField =
                index == bytes.count || bytes[index] == UInt8(ascii: ",") || bytes[index] == UInt8(ascii: "\n")
                || (bytes[index] == UInt8(ascii: "\r") && index + 1 < bytes.count
                    && bytes[index + 1] == UInt8(ascii: "\n"))
            guard endsField else {
                throw .notCSV(row: row, detail: "expected a comma or the line's end behind the closing quote")
            }
            return try text(contents[...])
        }
        throw .notCSV(row: row, detail: "expected a closing quote, got the end of the file")
    }

    private func text(_ contents: ArraySlice<UInt8>) throws(HRISImportError) -> String {
        guard let text = String(validating: contents, as: UTF8.self) else {
            throw .notCSV(row: row, detail: "expected UTF-8")
        }
        return text
    }
}
