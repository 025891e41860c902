/// Reads comma-separated values (RFC 4180): quoted fields may hold commas, quotes (doubled) and line breaks; lines end
/// with LF or CRLF; a byte order mark is skipped. No more than a piece of the file and a record is in memory.
struct CSVReader {
    /// One record and where it stands.
    struct Record {
        /// As a spreadsheet numbers it: the header is row 1.
        let row: Int
        let fields: [String]
    }

    /// Gives the next bytes of the file; none at its end.
    typealias Source = () throws(HRISImportError) -> [UInt8]

    /// A record of more bytes is none: without a bound a quote that is never closed would take in the whole file.
    static let limit = 1 << 20

    private let source: Source
    private var piece: [UInt8] = []
    private var index = 0
    private var isOver = false
    private var row = 0
    /// How many bytes the record at hand has so far.
    private var size = 0

    init(_ source: @escaping Source) { self.source = source }

    init(_ bytes: [UInt8]) {
        var rest = bytes
        self.init {
            defer { rest = [] }
            return rest
        }
    }

    /// The next record; nil at the end. Empty lines are counted and skipped.
    ///
    /// - Throws: ``HRISImportError/notCSV(row:detail:)``; nothing behind it can be read. What the source throws.
    mutating func next() throws(HRISImportError) -> Record? {
        if row == 0, try has(3), piece[..<3] == [0xEF, 0xBB, 0xBF] { index = 3 }
        while try has(1) {
            row += 1
            size = 0
            var fields: [String] = []
            var isEmptyLine = true
            fields: while true {
                let isQuoted = try has(1) && piece[index] == UInt8(ascii: "\"")
                fields.append(isQuoted ? try quoted() : try plain())
                if isQuoted || !fields[fields.count - 1].isEmpty { isEmptyLine = false }
                guard try has(1) else { break fields }
                let byte = piece[index]
                index += 1
                if byte == UInt8(ascii: ",") {
                    isEmptyLine = false
                    try count(1)
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
        var contents: [UInt8] = []
        while try has(1) {
            let start = index
            scan: while index < piece.count {
                switch piece[index] {
                case UInt8(ascii: ","), UInt8(ascii: "\n"), UInt8(ascii: "\r"): break scan
                case UInt8(ascii: "\""):
                    throw .notCSV(row: row, detail: "expected quotes around the whole field, got one inside it")
                default: index += 1
                }
            }
            contents += piece[start..<index]
            try count(index - start)
            guard index < piece.count else { continue }
            if try endsField() { break }
            // A CR without its LF is text.
            contents.append(UInt8(ascii: "\r"))
            index += 1
        }
        return try text(contents)
    }

    private mutating func quoted() throws(HRISImportError) -> String {
        var contents: [UInt8] = []
        index += 1
        while try has(1) {
            let start = index
            while index < piece.count, piece[index] != UInt8(ascii: "\"") { index += 1 }
            contents += piece[start..<index]
            try count(index - start)
            guard index < piece.count else { continue }
            index += 1
            if try has(1), piece[index] == UInt8(ascii: "\"") {
                contents.append(UInt8(ascii: "\""))
                index += 1
                continue
            }
            guard try endsField() else {
                throw .notCSV(row: row, detail: "expected a comma or the line's end behind the closing quote")
            }
            return try text(contents)
        }
        throw .notCSV(row: row, detail: "expected a closing quote, got the end of the file")
    }

    /// Whether a comma, the line's end or the file's end is next.
    private mutating func endsField() throws(HRISImportError) -> Bool {
        guard try has(1) else { return true }
        switch piece[index] {
        case UInt8(ascii: ","), UInt8(ascii: "\n"): return true
        case UInt8(ascii: "\r"): return try has(2) && piece[index + 1] == UInt8(ascii: "\n")
        default: return false
        }
    }

    /// Whether so many bytes are left; if so they are in `piece` from `index` on.
    private mutating func has(_ count: Int) throws(HRISImportError) -> Bool {
        while piece.count - index < count {
            guard !isOver else { return false }
            let more = try source()
            isOver = more.isEmpty
            piece = index == piece.count ? more : Array(piece[index...]) + more
            index = 0
        }
        return true
    }

    private mutating func count(_ bytes: Int) throws(HRISImportError) {
        size += bytes
        guard size <= Self.limit else {
            throw .notCSV(
                row: row, detail: "expected a row of at most 1 MiB, got a longer one; is a closing quote missing?")
        }
    }

    private func text(_ contents: [UInt8]) throws(HRISImportError) -> String {
        guard let text = String(validating: contents, as: UTF8.self) else {
            throw .notCSV(row: row, detail: "expected UTF-8")
        }
        return text
    }
}
