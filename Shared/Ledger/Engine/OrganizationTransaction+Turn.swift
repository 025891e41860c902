import Accountability
import EventLog
import Models
import Postgres

/// What goes on in slices, one a transaction, with events and other organisations in between: the day's turn, the
/// recomputation of everybody, and the units that a backlog left marked.
extension OrganizationTransaction {
    /// The days that a turn makes up for at most, today included.
    static let missedDays = 7

    /// Does the next slice of what waits: goes on with a turn, begins one where the day has turned or everybody is
    /// marked, or computes marked units.
    ///
    /// - Parameters:
    ///   - slice: Units or managers at most.
    ///   - reading: Where everybody is read.
    /// - Returns: nil where nothing waits.
    func advance(memory: OrganizationHistory?, slice: Int, reading: PassReading) async throws -> Effect? {
        var opening = try await open(memory: memory, isTurning: true)
        let today = clock.today(database: opening.state.today)
        var turn: Turn
        if let begun = opening.state.turn {
            turn = begun
            // So much changed meanwhile that everybody is computed from the beginning.
            if opening.state.isEverybodyMarked || !begun.isOf(opening.policies) {
                turn = Turn(
                    day: begun.day, announcedFrom: begun.announcedFrom,
                    policy: opening.policies.policy(on: begun.day).version)
            }
        } else if let scored = opening.state.scoredDay, scored >= today {
            guard opening.state.isEverybodyMarked else {
                guard opening.state.hasMarks else { return nil }
                try await sign()
                return try await settle(opening, slice: slice, reading: reading)
            }
            turn = Turn(day: scored, announcedFrom: scored, policy: opening.policies.policy(on: scored).version)
        } else {
            let missed = opening.state.scoredDay.map { max($0 + 1, today - (Self.missedDays - 1)) }
            turn = Turn(
                day: today, announcedFrom: missed ?? today, policy: opening.policies.policy(on: today).version)
        }
        try await sign()
        opening.history.move(to: turn.day)
        return try await pass(
            &turn, opening, slice: slice, announcing: turn.announcedFrom...turn.day, reading: reading)
    }

    /// Whoever signs remembers the history that it read: where nothing waits, that is nobody.
    private func sign() async throws(PostgresError) {
        _ = try await connection.pipeline([WriterStatements.sign(worker, organization: organization)])
    }

    /// Goes on with a pass over everybody: units, then what was marked meanwhile, then scores, then the end.
    ///
    /// - Parameter days: nil announces nothing.
    func pass(
        _ turn: inout Turn, _ opening: Opening, slice: Int, announcing days: ClosedRange<Day>?, reading: PassReading
    ) async throws -> Effect {
        var effect = effect(opening)
        effect.isUnfinished = true
        var left = slice
        // All units are computed: what was marked before needs no mark.
        let isBeginning = turn.phase == .units && turn.reached == nil
        let arrived = try FactRow.events(
            try await connection.pipeline(
                [ArrivalStatements.read(organization: organization)]
                    + (isBeginning ? [MarkStatements.clear(organization: organization)] : [])))
        let recomputation = recomputation(
            opening, announcing: days.map { Announcement(days: $0, arrived: Set(arrived.map(\.identity))) },
            reading: reading)
        if turn.phase == .units {
            try await computeUnits(&turn, recomputation, &left, &effect)
        }
        if turn.phase == .scores, left > 0 {
            // Of units that were computed above, the transaction alone knows what they give.
            effect.notices += try await settleMarks(recomputation.inside, &left, &effect)
        }
        if turn.phase == .scores, left > 0, try await publishManagers(&turn, recomputation, &left) {
            try await end(turn, opening, recomputation, days, arrived, &effect)
        } else {
            _ = try await connection.pipeline([turn.store(organization)])
        }
        return effect
    }

    private func computeUnits(
        _ turn: inout Turn, _ recomputation: Recomputation, _ left: inout Int, _ effect: inout Effect
    ) async throws {
        while left > 0 {
            let limit = min(left, Self.page)
            let statement = Turn.units(after: turn.reached, limit: limit, organization)
            let units = try await connection.pipeline([statement])[0].map { PersonID(unchecked: try $0.text(0)) }
            effect.notices += try await recomputation.compute(units, after: turn.reached)
            effect.units += units.count
            left -= units.count
            guard units.count == limit else {
                turn.phase = .scores
                turn.reached = nil
                return
            }
            turn.reached = units.last
        }
    }

    /// - Returns: whether all are done.
    private func publishManagers(
        _ turn: inout Turn, _ recomputation: Recomputation, _ left: inout Int
    ) async throws -> Bool {
        while left > 0 {
            let limit = min(left, Self.page)
            let statement = Turn.managers(after: turn.reached, limit: limit, organization)
            let managers = try await connection.pipeline([statement])[0].map { PersonID(unchecked: try $0.text(0)) }
            try await recomputation.publish(managers.map(Subject.manager))
            left -= managers.count
            if managers.count < limit { return true }
            turn.reached = managers.last
        }
        return false
    }

    /// Publishes the programmes, announces what the whole turn shows, and moves the scored day.
    ///
    /// - Parameter days: nil announces nothing.
    private func end(
        _ turn: Turn, _ opening: Opening, _ recomputation: Recomputation, _ days: ClosedRange<Day>?, _ arrived: [Event],
        _ effect: inout Effect
    ) async throws {
        let rows = try await connection.pipeline([Turn.programmes(organization)])[0]
        try await recomputation.publish(rows.map { .programme(ProgrammeID(unchecked: try $0.text(0))) })
        if let days {
            // A contest of a day that was not scored yet when it came was no news then: it is now, and once, by its key.
            let contests = arrived + opening.history.contests(on: days)
            effect.notices += try await announceContests(contests, opening, opening.history)
            _ = try await connection.pipeline([ArrivalStatements.remove(organization: organization)])
        }
        if opening.state.scoredDay != turn.day {
            effect.notices += try await announceStatuses(opening, opening.history)
        }
        _ = try await connection.pipeline([
            Turn.end(organization),
            Statement(
                "UPDATE onus.organization SET scored_day = $2 WHERE id = $1 AND scored_day IS DISTINCT FROM $2",
                [.int4(organization.rawValue), .date(DateValue(turn.day))]),
        ])
        effect.isUnfinished = false
    }

    /// Computes units that a backlog left marked; with the last of them the arrivals that waited are over.
    private func settle(_ opening: Opening, slice: Int, reading: PassReading) async throws -> Effect {
        var effect = effect(opening)
        var left = slice
        let arrived = try FactRow.events(
            try await connection.pipeline([ArrivalStatements.read(organization: organization)]))
        let day = opening.history.day
        let announcement = Announcement(days: day...day, arrived: Set(arrived.map(\.identity)))
        effect.notices += try await settleMarks(
            recomputation(opening, announcing: announcement, reading: reading), &left, &effect)
        effect.isUnfinished = left == 0
        if left > 0 {
            effect.notices += try await announceContests(arrived, opening, opening.history)
            _ = try await connection.pipeline([ArrivalStatements.remove(organization: organization)])
        }
        return effect
    }

    /// Takes marks and computes their units, until none is left or the slice is full.
    private func settleMarks(
        _ recomputation: Recomputation, _ left: inout Int, _ effect: inout Effect
    ) async throws -> Int {
        var notices = 0
        while left > 0 {
            let limit = min(left, Self.page)
            let statement = MarkStatements.take(limit: limit, organization: organization)
            let units = try await connection.pipeline([statement])[0].map { PersonID(unchecked: try $0.text(0)) }
            notices += try await recomputation.compute(units, isScoring: true)
            effect.units += units.count
            left -= units.count
            if units.count < limit { break }
        }
        return notices
    }

    /// Units or managers looked up at once: bounds the memory where a slice is everybody.
    private static let page = 5_000
}
