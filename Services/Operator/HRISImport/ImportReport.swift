import Models

/// What a snapshot holds, and what is odd about it: counted, with the first few rows of each kind.
struct ImportReport {
    /// The kinds of oddity, worst first.
    enum Kind: Int, CaseIterable, Sendable {
        /// Not taken.
        case badRow, leftAlone, emptyPeriod
        /// Taken once.
        case duplicateRow
        /// Taken, and worth a look.
        case overlap, gap, selfManaged, cycle, managerUnknown, managerAbsent, managerLeft, startsBeforeHire

        var title: String {
            switch self {
            case .badRow: "rows that can't be read, left out"
            case .leftAlone: "rows of people with such a row: these people are left as they were"
            case .emptyPeriod: "periods without a day, left out"
            case .duplicateRow: "rows that stand twice, taken once"
            case .overlap: "periods that begin before the person's last one has ended"
            case .gap: "gaps between a person's periods"
            case .selfManaged: "rows whose manager is the person: nobody owns their performance"
            case .cycle: "people whose line of managers comes back to itself today"
            case .managerUnknown: "rows whose manager has no row"
            case .managerAbsent: "rows whose manager has no row on the start date"
            case .managerLeft: "current rows whose manager has left: they fall to the next leader above"
            case .startsBeforeHire: "rows that start before the person's hire date"
            }
        }
    }

    struct Finding: Hashable, Sendable {
        let row: Int
        let person: PersonID?
        let detail: String
    }

    /// How many findings of a kind are named where not all are asked for.
    static let examples = 5

    /// Whether all findings are named.
    let isComplete: Bool
    private(set) var counts: [Kind: Int] = [:]
    /// The first ones of each kind.
    private(set) var findings: [Kind: [Finding]] = [:]
    /// All of each kind as lines, where all are named: as many as there are rows, at worst.
    private var spools: [Kind: SpoolFile] = [:]
    var mode = ImportMode.delta
    var rows = 0
    var people = 0
    var newEvents = 0
    var unchangedEvents = 0
    var retractions = 0
    /// People of the earlier snapshot who are not in this one.
    var lost = 0
    var ignoredColumns: [String] = []

    init(isComplete: Bool = false) { self.isComplete = isComplete }

    /// Counts a finding, and keeps it where it is to be named.
    ///
    /// - Throws: ``CommandFailure`` where it can't be kept.
    mutating func note(
        _ kind: Kind, row: Int, person: PersonID?, _ detail: @autoclosure () -> String
    ) throws(CommandFailure) {
        counts[kind, default: 0] += 1
        guard isComplete || count(kind) <= Self.examples else { return }
        let finding = Finding(row: row, person: person, detail: detail())
        if count(kind) <= Self.examples { findings[kind, default: []].append(finding) }
        guard isComplete else { return }
        let spool = spools[kind] ?? SpoolFile()
        spools[kind] = spool
        try spool.append(Array("\(finding.line)\n".utf8))
    }

    /// Counts findings that are not named.
    mutating func count(_ more: Int, _ kind: Kind) {
        if more > 0 { counts[kind, default: 0] += more }
    }

    func count(_ kind: Kind) -> Int { counts[kind] ?? 0 }

    /// Writes the report for people, in whole lines with their line feeds.
    func write(_ output: ([UInt8]) -> Void) throws(CommandFailure) {
        for line in summary { output(Array("\(line)\n".utf8)) }
        for kind in Kind.allCases where count(kind) > 0 {
            output(Array("\(count(kind)) \(kind.title)\n".utf8))
            if let spool = spools[kind] {
                let contents = try spool.contents()
                while case let bytes = try contents.next(), !bytes.isEmpty { output(bytes) }
                continue
            }
            for finding in findings[kind] ?? [] { output(Array("\(finding.line)\n".utf8)) }
            let rest = count(kind) - (findings[kind]?.count ?? 0)
            if rest > 0 { output(Array("  and \(rest) more\n".utf8)) }
        }
    }

    private var summary: [String] {
        let rows = mode == .delta ? "\(rows) changed rows" : "\(rows) rows"
        var lines = [
            "\(rows) of \(people) people: \(newEvents) new events, \(unchangedEvents) unchanged, "
                + "\(retractions) retracted"
        ]
        if lost > 0 {
            lines.append("\(lost) people of the earlier snapshot are not in this one\(mode.fateOfLeavers)")
        }
        if !ignoredColumns.isEmpty {
            lines.append("columns not read: \(ignoredColumns.joined(separator: ", "))".printable)
        }
        return lines
    }
}

extension ImportMode {
    fileprivate var fateOfLeavers: String {
        switch self {
        case .delta: ""
        case .snapshot(.retract, on: _): ": what it said of them is retracted"
        case .snapshot(.leave, on: let day): ": they leave on \(day)"
        }
    }
}

extension ImportReport.Finding {
    fileprivate var line: String {
        let person = person.map { " (\($0))" } ?? ""
        return "  row \(row)\(person): \(detail)".printable
    }
}
