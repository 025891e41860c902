import EventLog
import Models

/// What a file says of one person, beside what earlier files said.
struct HRISPerson: Sendable {
    /// An event of the same source that an earlier import made.
    typealias Earlier = SourceAssignments.Record

    /// A row with what else the file knows of its manager.
    struct PlacedRow: Hashable, Sendable {
        let row: HRISRow
        let manager: ManagerPresence
    }

    /// Where a row's manager stands in the same file.
    struct ManagerPresence: Hashable, Sendable {
        /// Whether they have a row.
        let isKnown: Bool
        /// Whether one of theirs covers the row's start.
        let isThereAtStart: Bool
        /// Whether they have been there and are no more, while the row is current.
        let hasLeft: Bool
    }

    /// So many rows have no one person: memory for a person's rows is bounded by it.
    static let limit = 10_000

    let person: PersonID
    /// By start, then row. Empty where the file does not know the person, or no row of theirs can be read.
    var rows: [PlacedRow] = []
    /// The person has rows that can't be read: half of what a file says of somebody would compete with what it said
    /// before, so nothing is done about them.
    var hasBadRow = false
    /// Retracted ones included, in no order.
    var earlier: [Earlier] = []

    var isInFile: Bool { !rows.isEmpty || hasBadRow }
}
