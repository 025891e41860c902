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
        /// Of the statements given to ``open(memory:then:leavingOut:)``.
        let results: ArraySlice<ResultSet>
    }

    /// Enters the organisation and runs the statements after what has to be read before them, in one round trip.
    ///
    /// - Parameter arrivals: Facts that the statements write; they are not part of the history that is read.
    func open(
        memory: OrganizationHistory?, then statements: [Statement], leavingOut arrivals: Set<EventIdentity> = []
    ) async throws -> Opening {
        var all = [
            OrganizationState.enter(organization), OrganizationState.read(organization), PolicyBook.read(organization),
        ]
        if memory == nil { all.append(FactStatements.history(of: organization)) }
        let offset = all.count
        let results = try await connection.pipeline(all + statements)
        let state = try OrganizationState(try results[1].only())
        let day = state.scoredDay ?? clock.today(database: state.today)
        var history: OrganizationHistory
        if let memory, state.worker == worker {
            history = memory
            if history.day != day { history.build(asOf: day) }
        } else {
            // Somebody else wrote since, or this worker has not worked for the organisation yet.
            let rows: ResultSet =
                if memory == nil { results[3] } else {
                    try await connection.pipeline([FactStatements.history(of: organization)])[0]
                }
            let events = try FactRow.events([rows]).filter { !arrivals.contains($0.identity) }
            history = OrganizationHistory(events: events, asOf: day)
        }
        return Opening(
            state: state, policies: try PolicyBook(results[2]), history: history, results: results[offset...])
    }

    func effect(_ opening: Opening) -> Effect {
        Effect(history: opening.history, hasMarks: opening.state.hasMarks)
    }

    func mark(_ marked: MarkStatements.Marked, _ opening: Opening) async throws -> Effect {
        _ = try await connection.pipeline([MarkStatements.mark(marked, organization: organization)])
        var effect = effect(opening)
        effect.hasMarks = true
        return effect
    }

    func recomputation(
        _ opening: Opening, _ history: OrganizationHistory? = nil, announcing days: ClosedRange<Day>?
    ) -> Recomputation {
        let history = history ?? opening.history
        let policy = opening.policies.policy(on: history.day)
        return Recomputation(
            connection: connection, organization: organization,
            computation: UnitComputation(
                history: history, policy: policy,
                composer: NoticeComposer(contacts: opening.state.contacts, organization: history.organization),
                announced: days),
            parallelism: parallelism)
    }

    /// The units that arrived facts bear on. Looks up what a correction corrects, and whose the gaps are.
    func touchedUnits(
        _ facts: [RecordedEvent], parties: ResultSet, before: Organization, _ history: OrganizationHistory
    ) async throws -> Set<PersonID> {
        var touch = Touch()
        var organizationEvents: [Event] = []
        var corrected: Set<EventIdentity> = []
        for fact in facts {
            if history.event(fact.event.identity) != nil {
                organizationEvents.append(fact.event)
            } else if fact.event.payload.target != nil {
                corrected.insert(history.subject(of: fact.event.identity))
            } else {
                touch.insert(fact.event)
            }
        }
        organizationEvents += corrected.compactMap { history.event($0) }
        touch.insert(organization: organizationEvents, before: before, after: history)
        let others = corrected.filter { history.event($0) == nil }
        let known = touch.gaps
        if !others.isEmpty {
            let statement = FactStatements.events(others.map(\.hash), organization: organization)
            for event in try FactRow.events(try await connection.pipeline([statement])) { touch.insert(event) }
        }
        var units = touch.people
        for row in parties { units.insert(PersonID(unchecked: try row.text(1))) }
        var gaps = touch.gaps.subtracting(known)
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
}
