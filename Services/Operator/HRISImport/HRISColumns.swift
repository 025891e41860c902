/// What the columns are called in a file. Those that nothing was said about have their own names.
struct HRISColumns: Hashable, Sendable {
    static let standard = HRISColumns()

    /// Onus' own words for some columns, taken too where a column is named.
    private static let words: [String: HRISColumn] = [
        "person": .employee, "manager": .manager, "role": .title, "unit": .department, "effectiveFrom": .start,
    ]

    private var names: [HRISColumn: String] = [:]

    func name(of column: HRISColumn) -> String { names[column] ?? column.rawValue }

    private init() {}

    /// - Parameter settings: Each one or several of `COLUMN=NAME`, split by commas or line feeds: `employee_id=EmpNo`.
    ///   Empty lines and those that begin with `#` say nothing.
    /// - Throws: ``HRISImportError/notAColumn(_:)``; ``HRISImportError/repeatedColumn(_:)`` where one is named twice, or
    ///   two are said to be the same.
    init(_ settings: [String]) throws(HRISImportError) {
        for setting in settings {
            for line in setting.split(whereSeparator: \.isNewline) where !line.hasPrefix("#") {
                for part in line.split(separator: ",") { try add(String(part)) }
            }
        }
        var seen: Set<String> = []
        for column in HRISColumn.allCases where !seen.insert(name(of: column)).inserted {
            throw .repeatedColumn(name(of: column))
        }
    }

    private mutating func add(_ setting: String) throws(HRISImportError) {
        let parts = setting.split(separator: "=", maxSplits: 1).map { $0.trimmed }
        guard parts.count == 2, !parts[1].isEmpty, let column = HRISColumn(rawValue: parts[0]) ?? Self.words[parts[0]]
        else { throw .notAColumn(setting) }
        guard names.updateValue(parts[1], forKey: column) == nil else { throw .repeatedColumn(parts[0]) }
    }
}

extension Substring {
    fileprivate var trimmed: String {
        let start = drop { $0 == " " || $0 == "\t" }
        return String(start.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }
}
