import Accountability
import Models
import Postgres

/// Computes units from the facts as they stand in the transaction, and brings contributions, deadlines, sums, scores
/// and notices in line.
struct Recomputation {
    /// Units loaded and computed together where they are loaded one by one. Bounds the memory: a worker holds a few
    /// chunks at a time.
    static let chunkSize = 250

    let connection: Connection
    let organization: OrganizationID
    let computation: UnitComputation
    /// The cores to use.
    let parallelism: Int
    /// Where units are read that are many.
    let reading: PassReading

    /// The same with what the transaction has written.
    var inside: Recomputation {
        Recomputation(
            connection: connection, organization: organization, computation: computation, parallelism: parallelism,
            reading: .inside)
    }

    private var book: Scorebook {
        Scorebook(organization: organization, day: computation.history.day, policy: computation.policy)
    }

    /// Computes some units, and brings the sums that they change in line.
    ///
    /// - Parameter isScoring: Whether the scores of these sums follow; false while other units still stand at
    ///   another day.
    /// - Returns: the number of new notices.
    func compute(_ units: [PersonID], isScoring: Bool) async throws -> Int {
        // Packed facts are read faster; asking which units they don't tell rightly costs more than a few as JSON.
        guard units.count > Self.chunkSize, let apart = try await apart() else {
            let change = try await change(by: Self.cut(units, Self.chunkSize)) {
                [connection, organization, computation] chunk in
                try computation.changes(of: try await .load(chunk, organization, from: connection), organization)
            }
            return try await settle(change, isScoring: isScoring)
        }
        let day = computation.history.day
        let change = try await change(by: Self.cut(units, Self.stretchSize)) { [organization] chunk in
            try await changes(of: chunk) { reader in
                try await .load(chunk, asOf: day, apart: apart, organization, from: reader)
            }
        }
        return try await settle(change, isScoring: isScoring)
    }

    /// Computes a stretch of all units in bulk, and brings the sums in line; no scores follow.
    ///
    /// - Parameters:
    ///   - units: In order.
    ///   - unit: The unit before the first; nil where that is the first of all.
    /// - Returns: the number of new notices.
    func compute(_ units: [PersonID], after unit: PersonID?) async throws -> Int {
        guard let apart = try await apart() else { return try await compute(units, isScoring: false) }
        let day = computation.history.day
        let change = try await change(by: UnitStretch.cut(units, after: unit, size: Self.stretchSize)) {
            [organization] stretch in
            try await changes(of: stretch.units) { reader in
                try await .load(stretch, asOf: day, apart: apart, organization, from: reader)
            }
        }
        return try await settle(change, isScoring: false)
    }

    /// Units that pages don't tell rightly; nil where they are too many.
    private func apart() async throws -> Set<PersonID>? {
        try await FactsApart.find(in: organization, and: [], limit: BulkEvaluation.limit, connection)?.units
    }

    /// What units change that are loaded in bulk.
    private func changes(
        of units: [PersonID], loading load: (Connection) async throws -> LoadedUnits
    ) async throws -> UnitChanges {
        do {
            let loaded = try await reading.read(organization, connection, load)
            return try computation.changes(of: loaded, organization)
        } catch LedgerError.unreadablePack {
            // Altered, or of a newer version: the event itself stands beside it.
            return try computation.changes(of: try await .load(units, organization, from: connection), organization)
        }
    }

    private static func cut(_ units: [PersonID], _ size: Int) -> [[PersonID]] {
        stride(from: 0, to: units.count, by: size).map { Array(units[$0..<min($0 + size, units.count)]) }
    }

    /// Brings the scores of some managers and programmes in line with their sums.
    func publish(_ subjects: [Subject]) async throws {
        guard !subjects.isEmpty else { return }
        let statement = TallyStatements.stored(for: Set(subjects), organization: organization)
        let sums = try TallyStatements.read(try await connection.pipeline([statement])[0])
        let book = book
        let parts = stride(from: 0, to: subjects.count, by: Self.partSize).map { start in
            Set(subjects[start..<min(start + Self.partSize, subjects.count)])
        }
        try await inParallel(parts) {
            book.store(sums, for: $0)
        } then: { statements in
            _ = try await connection.pipeline(statements)
        }
    }

    /// Units in a page: a few hundred kilobytes of facts.
    private static let stretchSize = 500
    /// Managers whose scores are computed, and written, at once.
    private static let partSize = 500

    /// What computing units changed.
    private struct Change: Sendable {
        /// By how much the sums changed.
        var difference = Contributions()
        var notices = 0
    }

    /// Computes parts on all cores, and stores what changed.
    private func change<Part: Sendable>(
        by parts: [Part], _ compute: @escaping @Sendable (Part) async throws -> UnitChanges
    ) async throws -> Change {
        var change = Change()
        try await inParallel(parts) {
            try await compute($0)
        } then: { changes in
            change.difference += changes.difference
            var statements = changes.statements
            if !changes.notices.isEmpty {
                statements.append(NoticeStatements.announce(changes.notices, organization: organization))
            }
            guard !statements.isEmpty else { return }
            let results = try await connection.pipeline(statements)
            if !changes.notices.isEmpty, let announced = results.last?.first {
                change.notices += try announced.int(0)
            }
        }
        return change
    }

    private func settle(_ change: Change, isScoring: Bool) async throws -> Int {
        let subjects = change.difference.subjects
        guard !subjects.isEmpty else { return change.notices }
        var sums = try TallyStatements.read(
            try await connection.pipeline([TallyStatements.stored(for: subjects, organization: organization)])[0])
        sums += change.difference
        _ = try await connection.pipeline(
            TallyStatements.store(sums, for: subjects, organization: organization)
                + (isScoring ? book.store(sums, for: subjects) : []))
        return change.notices
    }

    /// Works on parts at once, on one more than there are cores since some wait for the database, and hands each result
    /// on, one after the other, in the order in which they come.
    private func inParallel<Part: Sendable, Result: Sendable>(
        _ parts: [Part], _ work: @escaping @Sendable (Part) async throws -> Result,
        then store: (Result) async throws -> Void
    ) async throws {
        if parts.count == 1 { return try await store(try await work(parts[0])) }
        try await withThrowingTaskGroup(of: Result.self) { group in
            for (place, part) in parts.enumerated() {
                if place > parallelism, let result = try await group.next() { try await store(result) }
                // Whose task this is may be on a connection's thread.
                group.addTask(executorPreference: globalConcurrentExecutor) { try await work(part) }
            }
            while let result = try await group.next() { try await store(result) }
        }
    }
}
