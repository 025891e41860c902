import Accountability
import EventLog
import Models
import Postgres

/// One organisation's part of a worker's transaction: facts, contributions, sums, scores and notices move together
/// with the log's position, under its lock.
struct OrganizationTransaction {
    let connection: Connection
    let organization: OrganizationID
    let worker: UUIDBytes
    let clock: LedgerClock
    let parallelism: Int

    /// What a part of the transaction leaves to remember once it is committed.
    struct Effect: Sendable {
        var history: OrganizationHistory
        /// New notices.
        var notices = 0
        /// Units computed.
        var units = 0
        /// Whether units wait to be computed.
        var hasMarks: Bool
    }

    /// Takes arrived events into the facts, and computes what they bear on.
    ///
    /// - Parameters:
    ///   - memory: The organisation's history as of this worker's last transaction for it; nil reads it.
    ///   - isDeferred: Marks the units instead of computing them: a backlog would compute them many times over.
    func take(_ facts: [RecordedEvent], memory: OrganizationHistory?, isDeferred: Bool) async throws -> Effect {
        let gaps = Set(facts.compactMap(\.event.payload.gap))
        var opening = try await open(
            memory: memory,
            then: [
                FactStatements.insert(facts, organization: organization),
                FactStatements.parties(toGaps: Array(gaps), organization: organization),
                WriterStatements.sign(worker, organization: organization),
            ],
            leavingOut: Set(facts.map(\.event.identity)))
        guard let day = opening.state.scoredDay else {
            _ = opening.history.insert(facts.map(\.event))
            return try await mark(.everyone, opening)
        }
        let before = opening.history.organization
        let isOrganizationChanged = opening.history.insert(facts.map(\.event))
        if isOrganizationChanged {
            // A backlog changes the organisation many times over too.
            if isDeferred { return try await mark(.everyone, opening) }
            opening.history.build(asOf: day)
        }
        let units = try await touchedUnits(
            facts, parties: opening.results[1],
            before: isOrganizationChanged ? before : nil, opening.history)
        if isDeferred {
            return units.isEmpty ? effect(opening) : try await mark(.units(Array(units)), opening)
        }
        var effect = effect(opening)
        guard !units.isEmpty else { return effect }
        effect.notices = try await recomputation(opening, announcing: day...day).compute(units.sorted())
        effect.units = units.count
        return effect
    }

    /// Computes the units that a backlog left marked.
    func settle(memory: OrganizationHistory?) async throws -> Effect {
        let opening = try await open(
            memory: memory,
            then: [
                MarkStatements.clear(organization: organization),
                WriterStatements.sign(worker, organization: organization),
            ])
        // An organisation that has just come: its first turn is what settles it.
        guard let day = opening.state.scoredDay else { return try await turn(opening) }
        var effect = effect(opening)
        effect.hasMarks = false
        var history = opening.history
        switch try MarkStatements.read(opening.results[0]) {
        case .units(let units):
            guard !units.isEmpty else { return effect }
            effect.notices = try await recomputation(opening, announcing: day...day).compute(units.sorted())
            effect.units = units.count
        case .everyone:
            history.build(asOf: day)
            let everybody = recomputation(opening, history, announcing: day...day)
            effect.notices = try await everybody.computeEverybody()
        }
        effect.history = history
        return effect
    }

    /// Moves the organisation's scored day to today: everybody is scored again, and what fell due on the days since
    /// the last turn, at most seven, is announced.
    ///
    /// - Returns: nil where it is today already.
    func turn(memory: OrganizationHistory?) async throws -> Effect? {
        let opening = try await open(
            memory: memory,
            then: [
                MarkStatements.clear(organization: organization),
                WriterStatements.sign(worker, organization: organization),
            ])
        let today = clock.today(database: opening.state.today)
        if let scoredDay = opening.state.scoredDay, scoredDay >= today {
            // Another worker's turn came first. The marks taken above are computed all the same.
            guard opening.state.hasMarks else { return nil }
            return try await rebuild(opening, day: scoredDay, announcing: scoredDay...scoredDay)
        }
        return try await turn(opening)
    }

    private func turn(_ opening: Opening) async throws -> Effect {
        let today = clock.today(database: opening.state.today)
        let first = opening.state.scoredDay.map { max($0 + 1, today - (Self.missedDays - 1)) } ?? today
        let effect = try await rebuild(opening, day: today, announcing: first...today)
        _ = try await connection.execute(
            "UPDATE onus.organization SET scored_day = $2 WHERE id = $1",
            [.int4(organization.rawValue), .date(DateValue(today))])
        return effect
    }

    /// Computes everybody anew from the facts as they stand, and announces nothing.
    ///
    /// - Returns: the scored day; nil before the first turn, when nothing is scored.
    func rebuild() async throws -> Day? {
        let opening = try await open(
            memory: nil, then: [WriterStatements.sign(worker, organization: organization)])
        guard let day = opening.state.scoredDay else { return nil }
        _ = try await rebuild(opening, day: day, announcing: nil)
        return day
    }

    /// The days that a turn makes up for at most, today included.
    static let missedDays = 7

    private func rebuild(_ opening: Opening, day: Day, announcing days: ClosedRange<Day>?) async throws -> Effect {
        var effect = effect(opening)
        effect.history.build(asOf: day)
        effect.notices = try await recomputation(opening, effect.history, announcing: days).computeEverybody()
        effect.hasMarks = false
        return effect
    }
}
