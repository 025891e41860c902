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
        /// nil where it was not read, and what was remembered counts no more.
        var history: OrganizationHistory?
        /// The day that units stand at.
        var day: Day
        /// New notices.
        var notices = 0
        /// Units computed.
        var units = 0
        /// Whether units wait to be computed, or a pass over everybody is under way.
        var isUnfinished: Bool
    }

    /// Takes arrived events into the facts, and computes what they bear on.
    ///
    /// - Parameters:
    ///   - memory: The organisation's history as of this worker's last transaction for it; nil reads it.
    ///   - isDeferred: Marks the units instead of computing them: a backlog would compute them many times over.
    ///   - isBehind: A turn is due: until it begins, units are marked for it.
    ///   - slice: The most units that are computed here. What bears on more marks them, so that other events wait for a
    ///     slice at most.
    func take(
        _ facts: [RecordedEvent], memory: OrganizationHistory?, isDeferred: Bool, isBehind: Bool, slice: Int
    ) async throws -> Effect {
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
        guard let day = opening.state.day else { return try await mark(.everyone, facts, opening) }
        let arrived = news(facts, opening.history)
        let units = try await touchedUnits(facts, parties: opening.results[1], change, opening)
        let isWaiting = isDeferred || (isBehind && opening.state.turn == nil)
        if isWaiting || units.count > slice {
            if units.isEmpty && arrived.isEmpty { return effect(opening) }
            // A pass over everybody lets no score be seen in which only some of them count. One that is under way
            // doesn't begin anew for it.
            let isPass = !isWaiting && opening.state.turn == nil
            let isEverybody = isPass || units.count > Self.manyUnits
            return try await mark(isEverybody ? .everyone : .units(Array(units)), facts, opening)
        }
        var effect = effect(opening)
        effect.notices = try await announceContests(arrived, opening, opening.history)
        guard !units.isEmpty else { return effect }
        let announcement = Announcement(days: day...day, arrived: Set(arrived.map(\.identity)))
        effect.notices += try await recomputation(opening, announcing: announcement)
            .compute(units.sorted(), isScoring: opening.hasWholeSums)
        effect.units = units.count
        return effect
    }

    /// Takes arrived events into the facts and nothing else, and leaves everybody to be computed: rests on nothing that
    /// is stored of the organisation.
    func keep(_ facts: [RecordedEvent]) async throws -> Effect {
        let results = try await connection.pipeline([
            OrganizationState.enter(organization), OrganizationState.read(organization),
            FactStatements.insert(facts, organization: organization),
            FactStatements.assignUnits(ofGaps: FactStatements.identified(facts), organization: organization),
            WriterStatements.sign(worker, organization: organization),
            MarkStatements.mark(.everyone, organization: organization),
        ])
        let state = try OrganizationState(try results[1].only())
        let day = state.day ?? clock.today(database: state.today)
        let news = ArrivalStatements.news(facts.map(\.event), on: day)
        _ = try await connection.pipeline([
            ArrivalStatements.keep(news, organization: organization),
            ArrivalStatements.keepContests(of: facts, on: day, organization: organization),
        ])
        return Effect(history: nil, day: day, isUnfinished: true)
    }

    /// Computes everybody anew from the facts as they stand, in one transaction, and announces nothing: what waits to be
    /// announced goes on waiting.
    ///
    /// - Returns: the scored day; nil before the first turn, when nothing is scored.
    func rebuild() async throws -> Day? {
        let opening = try await open(
            memory: nil, then: [WriterStatements.sign(worker, organization: organization)])
        guard let day = opening.state.day else { return nil }
        var turn = Turn(day: day, announcedFrom: day, policy: opening.policies.policy(on: day).version)
        _ = try await pass(&turn, opening, slice: .max, announcing: nil, reading: .inside)
        if opening.state.isEverybodyMarked {
            _ = try await connection.pipeline([MarkStatements.mark(.everyone, organization: organization)])
        }
        return day
    }

    /// Units beyond which a backlog marks everybody, instead of each.
    static let manyUnits = 20_000
}
