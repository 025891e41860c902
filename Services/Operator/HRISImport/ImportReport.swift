import Models

/// What a snapshot holds, and what is odd about it: counted, with the first few rows of each kind.
struct ImportReport: Sendable {
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

    /// How many findings of a kind are kept where nobody asks for more.
    static let examples = 5

    /// How many findings of a kind are kept, the first ones.
    private let examples: Int
    private(set) var counts: [Kind: Int] = [:]
    private(set) var findings: [Kind: [Finding]] = [:]
    /// Whether the file holds only what changed.
    var isDelta = false
    var rows = 0
    var people = 0
    var newEvents = 0
    var unchangedEvents = 0
    var retractions = 0
    /// People of the earlier snapshot who are not in this one.
    var lost = 0
    var ignoredColumns: [String] = []

    init(examples: Int = ImportReport.examples) { self.examples = examples }

    mutating func note(_ kind: Kind, row: Int, person: PersonID?, _ detail: String) {
        counts[kind, default: 0] += 1
        if findings[kind, default: []].count < examples {
            findings[kind, default: []].append(Finding(row: row, person: person, detail: detail))
        }
    }

    func count(_ kind: Kind) -> Int { counts[kind] ?? 0 }

    /// For people, a line each.
    var lines: [String] {
        var lines = [
            "\(rows) \(isDelta ? "changed " : "")rows of \(people) people: \(newEvents) new events, \(unchangedEvents) unchanged, "
                + "\(retractions) retracted"
        ]
        if lost > 0 { lines.append("\(lost) people of the earlier snapshot are not in this one") }
        if !ignoredColumns.isEmpty { lines.append("columns not read: \(ignoredColumns.joined(separator: ", "))") }
        for kind in Kind.allCases where count(kind) > 0 {
            lines.append("\(count(kind)) \(kind.title)")
            for finding in findings[kind] ?? [] {
                let person = finding.person.map { " (\($0))" } ?? ""
                lines.append("  row \(finding.row)\(person): \(finding.detail)")
            }
            let rest = count(kind) - (findings[kind]?.count ?? 0)
            if rest > 0 { lines.append("  and \(rest) more") }
        }
        return lines
    }
}
