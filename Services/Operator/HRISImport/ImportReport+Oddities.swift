import Models

extension ImportReport {
    /// Looks a snapshot over.
    ///
    /// - Parameter today: What "current" means for cycles and for managers who have left.
    mutating func inspect(_ snapshot: HRISSnapshot, today: Day) {
        rows = snapshot.rows.count + snapshot.badRows.count
        ignoredColumns = snapshot.ignoredColumns
        for bad in snapshot.badRows { note(.badRow, row: bad.row, person: bad.person, bad.detail) }
        let leftAlone = Set(snapshot.badRows.compactMap(\.person))
        for row in snapshot.rows where leftAlone.contains(row.person) {
            note(.leftAlone, row: row.row, person: row.person, "not taken until all rows of the person can be read")
        }
        let people = snapshot.people
        self.people = people.count
        let periods = Dictionary(
            uniqueKeysWithValues: people.compactMap { rows in rows.first.map { ($0.person, rows) } })
        for rows in people {
            inspectPeriods(rows)
            for row in rows { inspectManager(of: row, periods, today: today) }
        }
        inspectCycles(people, periods, today: today)
    }

    private mutating func inspectPeriods(_ rows: ArraySlice<HRISRow>) {
        var hashes: Set<String> = []
        var last: HRISRow?
        for row in rows {
            guard hashes.insert(row.hash).inserted else {
                note(.duplicateRow, row: row.row, person: row.person, "the same as an earlier row")
                continue
            }
            if row.isEmpty {
                note(.emptyPeriod, row: row.row, person: row.person, "starts and ends on \(row.start)")
                continue
            }
            if let hired = row.hired, row.start < hired {
                note(.startsBeforeHire, row: row.row, person: row.person, "starts on \(row.start), hired on \(hired)")
            }
            if let last {
                if last.covers(row.start) {
                    let end = last.end.map { "ends on \($0)" } ?? "has no end"
                    note(.overlap, row: row.row, person: row.person, "starts on \(row.start), row \(last.row) \(end)")
                } else if let end = last.end, end < row.start {
                    note(
                        .gap, row: row.row, person: row.person, "starts on \(row.start), row \(last.row) ends on \(end)"
                    )
                }
            }
            last = row
        }
    }

    private mutating func inspectManager(
        of row: HRISRow, _ periods: [PersonID: ArraySlice<HRISRow>], today: Day
    ) {
        guard let manager = row.manager, !row.isEmpty else { return }
        guard manager != row.person else {
            note(.selfManaged, row: row.row, person: row.person, "manager is the person")
            return
        }
        guard let theirs = periods[manager] else {
            note(.managerUnknown, row: row.row, person: row.person, "manager \(manager) has no row")
            return
        }
        if !theirs.contains(where: { $0.covers(row.start) }) {
            note(.managerAbsent, row: row.row, person: row.person, "manager \(manager) has no row on \(row.start)")
        }
        if row.covers(today), !theirs.contains(where: { $0.covers(today) }),
            theirs.contains(where: { $0.start <= today })
        {
            note(.managerLeft, row: row.row, person: row.person, "manager \(manager) has left")
        }
    }

    /// Follows everybody's line of managers on one day; a person is on a cycle where the line comes back to them.
    private mutating func inspectCycles(
        _ people: [ArraySlice<HRISRow>], _ periods: [PersonID: ArraySlice<HRISRow>], today: Day
    ) {
        var manager: [PersonID: PersonID] = [:]
        for rows in people {
            guard let row = rows.last(where: { $0.covers(today) }), let named = row.manager, named != row.person else {
                continue
            }
            manager[row.person] = named
        }
        for rows in people {
            guard let row = rows.last(where: { $0.covers(today) }), var next = manager[row.person] else { continue }
            var seen: Set<PersonID> = []
            var line = [row.person]
            while next != row.person, seen.insert(next).inserted, let above = manager[next] {
                line.append(next)
                next = above
            }
            if next == row.person {
                note(
                    .cycle, row: row.row, person: row.person,
                    (line + [row.person]).map(\.rawValue).joined(separator: " → "))
            }
        }
    }
}
