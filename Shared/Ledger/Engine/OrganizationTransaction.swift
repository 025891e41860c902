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
                FactStatements.assignUnits(ofGaps: FactStatements.identified(facts), organization: organization),
            ],
            leavingOut: Set(facts.map(\.event.identity)))
        let change = opening.history.insert(facts.map(\.event))
        // An organisation that has just come has its first turn ahead of it.
        guard let day = opening.state.scoredDay else { return try await mark(.everyone, facts, opening) }
        let units = try await touchedUnits(facts, parties: opening.results[1], change, opening)
        if isDeferred {
            let news = ArrivalStatements.news(facts, on: day)
            if units.isEmpty && news.isEmpty { return effect(opening) }
            let isMost = units.count > Self.manyUnits
            return try await mark(isMost ? .everyone : .units(Array(units)), facts, opening)
        }
        var effect = effect(opening)
        let arrived = ArrivalStatements.news(facts, on: day).map(\.event)
        effect.notices = try await announceContests(arrived, opening, opening.history)
        guard !units.isEmpty else { return effect }
        let announcement = Announcement(days: day...day, arrived: Set(arrived.map(\.identity)))
        effect.notices += try await recomputation(opening, announcing: announcement).compute(units.sorted())
        effect.units = units.count
        return effect
    }

    /// Computes the units that a backlog left marked.
    func settle(memory: OrganizationHistory?) async throws -> Effect {
        let (opening, arrived) = try await openForAll(memory)
        // An organisation that has just come: its first turn is what settles it.
        guard let day = opening.state.scoredDay else { return try await turn(opening, arrived) }
        guard case .units(let units) = try MarkStatements.read(opening.results[0]) else {
            return try await rebuild(opening, day: day, announcing: day...day, arrived)
        }
        var effect = effect(opening)
        effect.hasMarks = false
        effect.notices = try await announceContests(arrived, opening, opening.history)
        guard !units.isEmpty else { return effect }
        let announcement = Announcement(days: day...day, arrived: Set(arrived.map(\.identity)))
        effect.notices += try await recomputation(opening, announcing: announcement).compute(units.sorted())
        effect.units = units.count
        return effect
    }

    /// Moves the organisation's scored day to today: everybody is scored again, and what fell due on the days since
    /// the last turn, at most seven, is announced.
    ///
    /// - Returns: nil where it is today already, and nothing waits.
    func turn(memory: OrganizationHistory?) async throws -> Effect? {
        let (opening, arrived) = try await openForAll(memory)
        if let scoredDay = opening.state.scoredDay, scoredDay >= clock.today(database: opening.state.today) {
            // Another worker's turn came first. The marks that were taken are computed all the same.
            guard opening.state.hasMarks else { return nil }
            return try await rebuild(opening, day: scoredDay, announcing: scoredDay...scoredDay, arrived)
        }
        return try await turn(opening, arrived)
    }

    /// Computes everybody anew from the facts as they stand, and announces nothing.
    ///
    /// - Returns: the scored day; nil before the first turn, when nothing is scored.
    func rebuild() async throws -> Day? {
        let opening = try await open(
            memory: nil, then: [WriterStatements.sign(worker, organization: organization)])
        guard let day = opening.state.scoredDay else { return nil }
        _ = try await rebuild(opening, day: day, announcing: nil, [])
        return day
    }

    /// Units beyond which a backlog marks everybody, instead of each.
    static let manyUnits = 20_000

    /// The days that a turn makes up for at most, today included.
    static let missedDays = 7

    /// Takes all marks (the first result) and the arrivals that waited with them.
    private func openForAll(_ memory: OrganizationHistory?) async throws -> (Opening, arrived: [Event]) {
        let opening = try await open(
            memory: memory,
            then: [
                MarkStatements.clear(organization: organization),
                ArrivalStatements.take(organization: organization),
                WriterStatements.sign(worker, organization: organization),
            ])
        return (opening, try FactRow.events([opening.results[1]]))
    }

    private func turn(_ opening: Opening, _ arrived: [Event]) async throws -> Effect {
        let today = clock.today(database: opening.state.today)
        let first = opening.state.scoredDay.map { max($0 + 1, today - (Self.missedDays - 1)) } ?? today
        var effect = try await rebuild(opening, day: today, announcing: first...today, arrived)
        effect.notices += try await announceStatuses(opening, effect.history)
        _ = try await connection.execute(
            "UPDATE onus.organization SET scored_day = $2 WHERE id = $1",
            [.int4(organization.rawValue), .date(DateValue(today))])
        return effect
    }

    private func rebuild(
        _ opening: Opening, day: Day, announcing days: ClosedRange<Day>?, _ arrived: [Event]
    ) async throws -> Effect {
        var effect = effect(opening)
        effect.history.move(to: day)
        if days != nil { effect.notices = try await announceContests(arrived, opening, effect.history) }
        let announcement = days.map { Announcement(days: $0, arrived: Set(arrived.map(\.identity))) }
        effect.notices += try await recomputation(opening, effect.history, announcing: announcement).computeEverybody()
        effect.hasMarks = false
        return effect
    }
}
