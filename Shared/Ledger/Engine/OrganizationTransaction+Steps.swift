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
        let results: [ResultSet]
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
            state: state, policies: try PolicyBook(results[2]), history: history, results: Array(results[offset...]))
    }

    func effect(_ opening: Opening) -> Effect {
        Effect(history: opening.history, hasMarks: opening.state.hasMarks)
    }

    /// Leaves units to be computed later, with what of the arrived events may still be news then.
    func mark(
        _ marked: MarkStatements.Marked, _ arrivals: [RecordedEvent], _ opening: Opening
    ) async throws -> Effect {
        let news = ArrivalStatements.news(arrivals, on: opening.history.day)
        _ = try await connection.pipeline(
            [MarkStatements.mark(marked, organization: organization)]
                + (news.isEmpty ? [] : [ArrivalStatements.keep(news, organization: organization)]))
        var effect = effect(opening)
        effect.hasMarks = true
        return effect
    }

    func recomputation(
        _ opening: Opening, _ history: OrganizationHistory? = nil, announcing announcement: Announcement?
    ) -> Recomputation {
        let history = history ?? opening.history
        let policy = opening.policies.policy(on: history.day)
        return Recomputation(
            connection: connection, organization: organization,
            computation: UnitComputation(
                history: history, policy: policy,
                composer: NoticeComposer(contacts: opening.state.contacts), announcement: announcement),
            parallelism: parallelism)
    }

    /// The units that arrived facts bear on. Looks up what a correction corrects, and whose the gaps are.
    ///
    /// - Parameters:
    ///   - parties: The rows of ``FactStatements/parties(toGaps:organization:)`` for the gaps that the facts name.
    ///   - before: The organisation without the facts, where they changed it.
    func touchedUnits(
        _ facts: [RecordedEvent], parties: ResultSet, before: Organization?, _ history: OrganizationHistory
    ) async throws -> Set<PersonID> {
        var touch = before.map { history.organization.touch(since: $0) } ?? Touch()
        var corrected: Set<EventIdentity> = []
        for fact in facts {
            if fact.event.payload.target == nil {
                touch.formUnion(Self.touch(fact.event))
            } else {
                corrected.insert(history.subject(of: fact.event.identity))
            }
        }
        let known = touch.gaps.union(touch.requestedGaps)
        if !corrected.isEmpty {
            let statement = FactStatements.events(corrected.map(\.hash), organization: organization)
            for event in try FactRow.events(try await connection.pipeline([statement])) {
                touch.formUnion(Self.touch(event))
            }
        }
        var units = touch.people.union(touch.requesters)
        for row in parties { units.insert(PersonID(unchecked: try row.text(1))) }
        var gaps = touch.gaps.union(touch.requestedGaps).subtracting(known)
        if !touch.requesters.isEmpty {
            let statement = FactStatements.requests(by: Array(touch.requesters), organization: organization)
            for row in try await connection.pipeline([statement])[0] {
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

    /// What an event bears on by itself. What the organisation's events change is seen by comparing organisations.
    private static func touch(_ event: Event) -> Touch {
        switch event.payload {
        case .personUpdated, .roleDefined, .absenceRecorded: Touch()
        default: Touch(event, history: ReportingHistory()) { _ in nil }
        }
    }
}
