import Accountability
import Models
import Postgres

/// Computes units from the facts as they stand in the transaction, and brings contributions, deadlines, sums, scores
/// and notices in line.
struct Recomputation {
    /// Units loaded and computed together. Bounds the memory: a worker holds a few chunks at a time.
    static let chunkSize = 250

    let connection: Connection
    let organization: OrganizationID
    let computation: UnitComputation
    /// Chunks computed at once, beside the connection that loads the next.
    let parallelism: Int

    private var book: Scorebook {
        Scorebook(organization: organization, day: computation.history.day, policy: computation.policy)
    }

    /// Computes some units, and brings the sums that they change in line.
    ///
    /// - Parameter isScoring: Whether the scores of these sums follow; false while other units still stand at
    ///   another day.
    /// - Returns: the number of new notices.
    func compute(_ units: [PersonID], isScoring: Bool) async throws -> Int {
        let change = try await computeUnits(units)
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

    /// Brings the scores of some managers and programmes in line with their sums.
    func publish(_ subjects: Set<Subject>) async throws {
        guard !subjects.isEmpty else { return }
        let statement = TallyStatements.stored(for: subjects, organization: organization)
        let sums = try TallyStatements.read(try await connection.pipeline([statement])[0])
        _ = try await connection.pipeline(book.store(sums, for: subjects))
    }

    /// What computing units changed.
    private struct Change: Sendable {
        /// By how much the sums changed.
        var difference = Contributions()
        var notices = 0
    }

    /// What is loaded for one chunk.
    private struct Chunk: Sendable {
        let units: [PersonID]
        let facts: [ResultSet]
        let contributions: [PersonID: Contributions]
        let deadlines: [PersonID: Set<Deadline>]
    }

    private func computeUnits(_ units: [PersonID]) async throws -> Change {
        var change = Change()
        if units.count <= Self.chunkSize {
            let chunk = try await load(units)
            try await store(computation.outcomes(of: units, from: chunk.facts), of: chunk, in: &change)
            return change
        }
        let computation = computation
        return try await withThrowingTaskGroup(of: (Chunk, [UnitOutcome]).self) { group in
            var running = 0
            for start in stride(from: 0, to: units.count, by: Self.chunkSize) {
                let chunk = try await load(Array(units[start..<min(start + Self.chunkSize, units.count)]))
                if running >= parallelism, let (chunk, outcomes) = try await group.next() {
                    running -= 1
                    try await store(outcomes, of: chunk, in: &change)
                }
                group.addTask { (chunk, try computation.outcomes(of: chunk.units, from: chunk.facts)) }
                running += 1
            }
            while let (chunk, outcomes) = try await group.next() {
                try await store(outcomes, of: chunk, in: &change)
            }
            return change
        }
    }

    /// Two round trips at most: the units' own rows name the gaps to load.
    private func load(_ units: [PersonID]) async throws -> Chunk {
        let results = try await connection.pipeline([
            FactStatements.own(units, organization: organization),
            ContributionStatements.stored(for: units, organization: organization),
            DeadlineStatements.stored(for: units, organization: organization),
        ])
        var facts = [results[0]]
        let gaps = try FactRow.gaps(results[0])
        if !gaps.isEmpty {
            facts += try await connection.pipeline([FactStatements.gaps(Array(gaps), organization: organization)])
        }
        return Chunk(
            units: units, facts: facts,
            contributions: try ContributionStatements.read(results[1]),
            deadlines: try DeadlineStatements.read(results[2]))
    }

    private func store(_ outcomes: [UnitOutcome], of chunk: Chunk, in change: inout Change) async throws {
        var contributions: [PersonID: Contributions] = [:]
        var deadlines: [PersonID: Set<Deadline>] = [:]
        for outcome in outcomes {
            if !outcome.contributions.isEmpty { contributions[outcome.unit] = outcome.contributions }
            if !outcome.deadlines.isEmpty { deadlines[outcome.unit] = outcome.deadlines }
            change.difference += outcome.contributions
            if let before = chunk.contributions[outcome.unit] { change.difference -= before }
        }
        var statements =
            ContributionStatements.replace(chunk.contributions, with: contributions, organization: organization)
            + DeadlineStatements.replace(chunk.deadlines, with: deadlines, organization: organization)
        let notices = outcomes.flatMap(\.notices)
        if !notices.isEmpty {
            statements.append(NoticeStatements.announce(notices, organization: organization))
        }
        guard !statements.isEmpty else { return }
        let results = try await connection.pipeline(statements)
        if !notices.isEmpty, let announced = results.last?.first {
            change.notices += try announced.int(0)
        }
    }
}
