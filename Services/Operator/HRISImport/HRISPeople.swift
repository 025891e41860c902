import EventLog
import Models
import Postgres

/// The people of a file and of earlier files, one after the other in the order of their identifiers.
struct HRISPeople {
    private let stage: HRISStage
    private var rows: ArraySlice<HRISStage.Row> = []
    private var hasMoreRows = true
    private var records: SourceAssignments.Iterator
    private var earlier: ArraySlice<HRISPerson.Earlier> = []
    private var hasMoreEarlier = true

    /// - Parameter stage: Open.
    init(_ stage: HRISStage, earlier: SourceAssignments) {
        self.stage = stage
        records = earlier.makeAsyncIterator()
    }

    /// The next person; nil at the end.
    ///
    /// - Throws: ``HRISImportError/tooManyRows(_:)``, ``LogError``, ``PostgresError``.
    mutating func next() async throws -> HRISPerson? {
        guard let id = [try await nextRow()?.person, try await nextEarlier()?.person].compactMap(\.self).min() else {
            return nil
        }
        var person = HRISPerson(person: id)
        while let row = try await nextRow(), row.person == id {
            rows.removeFirst()
            guard let content = row.content else {
                person.hasBadRow = true
                continue
            }
            guard person.rows.count < HRISPerson.limit else { throw HRISImportError.tooManyRows(id) }
            person.rows.append(content)
        }
        while let record = try await nextEarlier(), record.person == id {
            earlier.removeFirst()
            person.earlier.append(record)
        }
        return person
    }

    private mutating func nextRow() async throws -> HRISStage.Row? {
        if rows.isEmpty, hasMoreRows {
            rows = try await stage.nextRows()[...]
            hasMoreRows = !rows.isEmpty
        }
        return rows.first
    }

    private mutating func nextEarlier() async throws -> HRISPerson.Earlier? {
        if earlier.isEmpty, hasMoreEarlier {
            earlier = (try await records.next() ?? [])[...]
            hasMoreEarlier = !earlier.isEmpty
        }
        return earlier.first
    }
}
