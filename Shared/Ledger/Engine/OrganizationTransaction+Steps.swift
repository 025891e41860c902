import Accountability
import EventLog
import Models
import Postgres

extension OrganizationTransaction {
    /// What every part begins with.
    struct Opening: Sendable {
        let state: OrganizationState
        let policies: PolicyBook
        var history: OrganizationHistory
        /// Of the statements given to ``open(memory:isTurning:then:leavingOut:)``.
        let results: [ResultSet]

        /// Whether sums stand for a day and a policy, so that scores may be made of them.
        var hasWholeSums: Bool {
            guard let turn = state.turn else { return true }
            return turn.phase == .scores && turn.isOf(policies)
        }
    }

    /// Enters the organisation and runs the statements after what has to be read before them, in one round trip.
    ///
    /// - Parameters:
    ///   - isTurning: Whether a day may begin, so that no policy may be stored for it any more.
    ///   - arrivals: Facts that the statements write; they are not part of the history that is read.
    func open(
        memory: OrganizationHistory?, isTurning: Bool = false, then statements: [Statement] = [],
        leavingOut arrivals: Set<EventIdentity> = []
    ) async throws -> Opening {
        let before = [OrganizationState.enter(organization)] + (isTurning ? [PolicyBook.hold(organization)] : [])
        let results = try await connection.pipeline(
            before + [OrganizationState.read(organization), PolicyBook.read(organization)] + statements
        ).dropFirst(before.count)
        let first = results.startIndex
        let state = try OrganizationState(try results[first].only())
        let day = state.day ?? clock.today(database: state.today)
        var history: OrganizationHistory
        if let memory, state.worker == worker {
            history = memory
            history.move(to: day)
        } else {
            // Somebody else wrote since, or this worker has not worked for the organisation yet. Not on the connection's thread,
            // where a few events may have come: it takes long.
            history = try await withTaskExecutorPreference(globalConcurrentExecutor) {
                try await .load(organization, asOf: day, leavingOut: arrivals, from: connection)
            }
        }
        return Opening(
            state: state, policies: try PolicyBook(results[first + 1]), history: history,
            results: Array(results.dropFirst(2)))
    }

    func effect(_ opening: Opening) -> Effect {
        Effect(
            history: opening.history, day: opening.history.day,
            isUnfinished: opening.state.hasMarks || opening.state.turn != nil)
    }

    /// Leaves units to be computed later, with what of the arrived events may still be news then.
    func mark(
        _ marked: MarkStatements.Marked, _ arrivals: [RecordedEvent], _ opening: Opening
    ) async throws -> Effect {
        let news = news(arrivals, opening.history)
        _ = try await connection.pipeline(
            [MarkStatements.mark(marked, organization: organization)]
                + (news.isEmpty ? [] : [ArrivalStatements.keep(news, organization: organization)]))
        var effect = effect(opening)
        effect.isUnfinished = true
        return effect
    }

    /// What arrived facts make news: they themselves, and contests that came before what they name.
    ///
    /// - Parameter history: With the facts.
    func news(_ facts: [RecordedEvent], _ history: OrganizationHistory) -> [Event] {
        let events = facts.map(\.event)
        return ArrivalStatements.news(events + history.contests(of: events), on: history.day)
    }

    func recomputation(
        _ opening: Opening, announcing announcement: Announcement?, reading: PassReading = .inside
    ) -> Recomputation {
        let history = opening.history
        let policy = opening.policies.policy(on: history.day)
        return Recomputation(
            connection: connection, organization: organization,
            computation: UnitComputation(
                history: history, policy: policy,
                composer: NoticeComposer(contacts: opening.state.contacts), announcement: announcement),
            parallelism: parallelism, reading: reading)
    }

    /// The units that arrived facts bear on. Looks up what a correction corrects, whose the gaps are, and whose gaps
    /// climbed through what changed in the organisation.
    ///
    /// - Parameters:
    ///   - parties: The rows of ``FactStatements/parties(toGaps:organization:)`` for the gaps that the facts name.
    ///   - change: What the facts changed in the organisation.
    func touchedUnits(
        _ facts: [RecordedEvent], parties: ResultSet, _ change: OrganizationChange, _ opening: Opening
    ) async throws -> Set<PersonID> {
        var touch = change.touch(in: opening.history.organization)
        var corrected: Set<EventIdentity> = []
        for fact in facts {
            if fact.event.payload.target == nil {
                touch.formUnion(Touch(fact.event) { _ in nil })
            } else {
                corrected.insert(opening.history.subject(of: fact.event.identity))
            }
        }
        let known = touch.gaps.union(touch.requestedGaps)
        if !corrected.isEmpty {
            let statement = FactStatements.events(corrected.map(\.hash), organization: organization)
            for event in try FactRow.events(try await connection.pipeline([statement])) {
                touch.formUnion(Touch(event) { _ in nil })
            }
        }
        var units = touch.people
        for row in parties { units.insert(PersonID(unchecked: try row.text(1))) }
        units.formUnion(try await climbers(change, opening))
        var gaps = touch.gaps.union(touch.requestedGaps).subtracting(known)
        if !touch.requesters.isEmpty {
            let statement = FactStatements.requests(by: Array(touch.requesters), organization: organization)
            for row in try await connection.pipeline([statement])[0] {
                units.insert(PersonID(unchecked: try row.text(0)))
                if let gap = try row.optionalText(1) { gaps.insert(GapID(unchecked: gap)) }
            }
        }
        if !gaps.isEmpty {
            let statement = FactStatements.parties(toGaps: Array(gaps), organization: organization)
            for row in try await connection.pipeline([statement])[0] {
                units.insert(PersonID(unchecked: try row.text(1)))
            }
        }
        return units
    }

    /// Whose gaps climbed through what changed.
    private func climbers(_ change: OrganizationChange, _ opening: Opening) async throws -> Set<PersonID> {
        let organization = opening.history.organization
        let policy = opening.policies.policy(on: opening.history.day)
        let days = change.climbDays(in: organization, policy: policy)
        guard !days.isEmpty else { return [] }
        // Few people's facts are found by the person; of a top leader's thousands, only the gaps of some days.
        let statement =
            if let people = change.peopleBelow(in: organization, limit: Self.fewPeople) {
                FactStatements.identifications(of: people, organization: self.organization)
            } else {
                FactStatements.identifications(
                    climbingOn: days, every: policy.climbEvery, organization: self.organization)
            }
        var climbers: Set<PersonID> = []
        for row in try await connection.pipeline([statement])[0] {
            let person = PersonID(unchecked: try row.text(0))
            if climbers.contains(person) { continue }
            let identified = Day(try row.date(1))
            if change.isClimbed(by: person, identified: identified, in: organization, policy: policy) {
                climbers.insert(person)
            }
        }
        return climbers
    }

    private static let fewPeople = 200
}
