import Crypto
import Models

/// One period of a person in which nothing changed: `start` is in it, `end` is not, no `end` means now.
struct HRISRow: Hashable, Sendable {
    /// As a spreadsheet numbers it: the header is row 1.
    let row: Int
    let person: PersonID
    let manager: PersonID?
    let role: RoleID?
    let unit: String?
    let name: String?
    let email: String?
    let start: Day
    let end: Day?
    let hired: Day?
    /// 32 hexadecimal digits of SHA-256 over the columns that are read, in a fixed order, so that neither the order of
    /// the columns nor that of the rows matters.
    let hash: String

    /// Whether the period has no day.
    var isEmpty: Bool { end == start }

    func covers(_ day: Day) -> Bool {
        start <= day && (end.map { day < $0 } ?? true)
    }
}

extension HRISRow {
    /// Why a row can't be taken.
    struct Fault: Error {
        let person: PersonID?
        let detail: String
    }

    init(row: Int, value: (HRISColumn) -> String) throws(Fault) {
        let person: PersonID
        do {
            person = try PersonID(value(.employee))
        } catch {
            throw Fault(person: nil, detail: "employee_id: expected \(error.expected), got \(error.got)")
        }
        self.row = row
        self.person = person
        manager = try Self.identifier(.manager, value, of: person)
        role = try Self.identifier(.title, value, of: person)
        unit = value(.department).isEmpty ? nil : value(.department)
        let names = [value(.givenName), value(.familyName)].filter { !$0.isEmpty }
        name = names.isEmpty ? nil : names.joined(separator: " ")
        email = value(.email).isEmpty ? nil : value(.email)
        guard let start = try Self.day(.start, value, of: person) else {
            throw Fault(person: person, detail: "start_date: expected a date, got none")
        }
        self.start = start
        end = try Self.day(.end, value, of: person)
        hired = try Self.day(.hired, value, of: person)
        if let end, end < start {
            throw Fault(person: person, detail: "end_date: expected a day from \(start) on, got \(end)")
        }
        if [unit, name, email].contains(where: { $0?.utf8.contains(0) ?? false }) {
            throw Fault(person: person, detail: "expected text without U+0000")
        }
        hash = Self.hash(of: HRISColumn.allCases.map(value))
    }

    private static func identifier<Kind>(
        _ column: HRISColumn, _ value: (HRISColumn) -> String, of person: PersonID
    ) throws(Fault) -> Identifier<Kind>? {
        let text = value(column)
        guard !text.isEmpty else { return nil }
        do {
            return try Identifier(text)
        } catch {
            throw Fault(person: person, detail: "\(column.rawValue): expected \(error.expected), got \(error.got)")
        }
    }

    private static func day(
        _ column: HRISColumn, _ value: (HRISColumn) -> String, of person: PersonID
    ) throws(Fault) -> Day? {
        let text = value(column)
        guard !text.isEmpty else { return nil }
        guard let day = Day(text) else {
            let got = text.utf8.count <= 40 ? text : "\(text.utf8.count) bytes"
            throw Fault(person: person, detail: "\(column.rawValue): expected a date YYYY-MM-DD, got \(got)")
        }
        return day
    }

    private static func hash(of fields: [String]) -> String {
        var hasher = SHA256()
        for field in fields {
            hasher.update(data: Array(field.utf8))
            // No UTF-8 has this byte: ("ab", "c") and ("a", "bc") differ.
            hasher.update(data: [0xFF])
        }
        return Hexadecimal.encode(hasher.finalize().prefix(16))
    }
}
