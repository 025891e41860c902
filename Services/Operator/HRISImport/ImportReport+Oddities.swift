import Models

extension ImportReport {
    /// Looks over what the file says of a person.
    ///
    /// - Throws: ``CommandFailure`` where a finding can't be kept.
    mutating func inspect(_ person: HRISPerson) throws(CommandFailure) {
        guard !person.rows.isEmpty else { return }
        people += 1
        if person.hasBadRow {
            for placed in person.rows {
                try note(
                    .leftAlone, row: placed.row.row, person: person.person,
                    "not taken until all rows of the person can be read")
            }
        }
        try inspectPeriods(person.rows.map(\.row))
        for placed in person.rows { try inspectManager(of: placed.row, placed.manager) }
    }

    private mutating func inspectPeriods(_ rows: [HRISRow]) throws(CommandFailure) {
        var hashes: Set<String> = []
        var last: HRISRow?
        for row in rows {
            guard hashes.insert(row.hash).inserted else {
                try note(.duplicateRow, row: row.row, person: row.person, "the same as an earlier row")
                continue
            }
            if row.isEmpty {
                try note(.emptyPeriod, row: row.row, person: row.person, "starts and ends on \(row.start)")
                continue
            }
            if let hired = row.hired, row.start < hired {
                try note(
                    .startsBeforeHire, row: row.row, person: row.person, "starts on \(row.start), hired on \(hired)")
            }
            if let last {
                if last.covers(row.start) {
                    let end = last.end.map { "ends on \($0)" } ?? "has no end"
                    try note(
                        .overlap, row: row.row, person: row.person, "starts on \(row.start), row \(last.row) \(end)")
                } else if let end = last.end, end < row.start {
                    try note(
                        .gap, row: row.row, person: row.person, "starts on \(row.start), row \(last.row) ends on \(end)"
                    )
                }
            }
            last = row
        }
    }

    private mutating func inspectManager(
        of row: HRISRow, _ presence: HRISPerson.ManagerPresence
    ) throws(CommandFailure) {
        guard let manager = row.manager, !row.isEmpty else { return }
        guard manager != row.person else {
            try note(.selfManaged, row: row.row, person: row.person, "manager is the person")
            return
        }
        guard presence.isKnown else {
            try note(.managerUnknown, row: row.row, person: row.person, "manager \(manager) has no row")
            return
        }
        if !presence.isThereAtStart {
            try note(.managerAbsent, row: row.row, person: row.person, "manager \(manager) has no row on \(row.start)")
        }
        if presence.hasLeft {
            try note(.managerLeft, row: row.row, person: row.person, "manager \(manager) has left")
        }
    }

    /// Finds the lines of managers that come back to where they began.
    mutating func inspectCycles(_ stage: HRISStage) async throws {
        let cycles = ManagementCycles.find(try await stage.managers())
        var members: [(place: Int32, cycle: Int, index: Int)] = []
        for (cycle, places) in cycles.enumerated() {
            for (index, place) in places.enumerated() { members.append((place, cycle, index)) }
        }
        members.sort { $0.place < $1.place }
        var named = isComplete ? members[...] : members.prefix(Self.examples)
        count(members.count - named.count, .cycle)
        while !named.isEmpty {
            let page = named.prefix(200)
            named = named.dropFirst(page.count)
            let lines = page.map { line(from: $0.index, of: cycles[$0.cycle]) }
            let people = try await stage.people(at: Array(Set(lines.joined())))
            for (member, line) in zip(page, lines) {
                guard let (person, row) = people[member.place] else { continue }
                var names = line.compactMap { people[$0]?.person.rawValue }
                let size = cycles[member.cycle].count
                if size > line.count { names.append("…") }
                names.append(person.rawValue + (size > line.count ? " (\(size) people)" : ""))
                try note(.cycle, row: row, person: person, names.joined(separator: " → "))
            }
        }
    }

    /// The first people of a line that goes through a cycle; a report names no more of a long one.
    private func line(from index: Int, of cycle: [Int32]) -> [Int32] {
        (0..<min(cycle.count, 10)).map { cycle[(index + $0) % cycle.count] }
    }
}
