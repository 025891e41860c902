import Models

/// Why a file is refused as a whole.
enum HRISImportError: Error, Hashable, Sendable, CustomStringConvertible {
    case unreadable(String)
    case notCSV(row: Int, detail: String)
    case missingColumns([String])
    case repeatedColumn(String)
    case notAColumn(String)
    /// More rows than one person can have: the column is hardly the one of people.
    case tooManyRows(PersonID)
    /// More than a tenth of the people of the earlier snapshot are not in this one.
    case tooManyLeavers(lost: Int, people: Int)

    var description: String {
        switch self {
        case .unreadable(let reason): reason
        case .notCSV(let row, let detail): "row \(row): \(detail)"
        case .missingColumns(let names):
            "expected the columns \(names.joined(separator: ", ")) in the first row, got none of these names"
        case .repeatedColumn(let name): "expected each column once, got \(name) twice"
        case .notAColumn(let setting):
            "--column: expected COLUMN=NAME with one of "
                + HRISColumn.allCases.map(\.rawValue).joined(separator: ", ") + ", got \(setting)"
        case .tooManyRows(let person):
            "expected at most \(HRISPerson.limit) rows of a person, got more of \(person); is the column the right one?"
        case .tooManyLeavers(let lost, let people):
            "expected at most a tenth of \(people) people to be gone from the snapshot, got \(lost); "
                + "if they have left, run again with --allow-leavers"
        }
    }
}
