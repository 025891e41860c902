import Accountability
import EventLog
import Models
import Postgres

extension OrganizationTransaction {
    /// Announces the contests among arrived events; who owns the contested event's person is looked up.
    ///
    /// - Returns: the number of new notices.
    func announceContests(
        _ arrived: [Event], _ opening: Opening, _ history: OrganizationHistory
    ) async throws -> Int {
        let contests = history.inForce(arrived, asOf: history.day).filter { $0.type == .evidenceContested }
        guard !contests.isEmpty else { return 0 }
        let targets = contests.compactMap(\.payload.target)
        let statement = FactStatements.events(targets.map(\.hash), organization: organization)
        let rows = try await connection.pipeline([statement])
        let named = Dictionary(try FactRow.events(rows).map { ($0.identity, $0) }) { first, _ in first }
        let owners = try await gapOwners(named.values.compactMap(\.payload.gap), history)
        let policy = opening.policies.policy(on: history.day)
        let scorer = UnitScorer(organization: history.organization, policy: policy)
        let composer = NoticeComposer(contacts: opening.state.contacts)
        let notices = contests.flatMap { contest -> [Notice] in
            guard let target = contest.payload.target.flatMap({ named[$0] }) else { return [] }
            let unit = Self.unit(of: target, owners)
            return scorer.contested(contest, target: target, unit: unit).compactMap(composer.notice)
        }
        return try await announce(notices)
    }

    /// Announces what became `outsourced` or `unlinked` since the last turn, and remembers how things stand. Who has
    /// come since then announces nothing: that is history loaded later.
    func announceStatuses(_ opening: Opening, _ history: OrganizationHistory) async throws -> Int {
        let results = try await connection.pipeline(TurnStatusStatements.all(organization: organization))
        let composer = NoticeComposer(contacts: opening.state.contacts)
        var notices: [Notice] = []
        let outsourced = try results[0].map { PersonID(unchecked: try $0.text(0)) }
        let evidence = try await WeighingEvidence.read(
            outsourced, history, policy: opening.policies.policy(on: history.day), organization: organization,
            from: connection)
        for manager in outsourced {
            notices += composer.outsourced(
                manager, evidence[manager], on: history.day, organization: history.organization)
        }
        for row in results[1] {
            notices += composer.unlinked(ProgrammeID(unchecked: try row.text(0)), on: history.day)
        }
        return try await announce(notices)
    }

    private func announce(_ notices: [Notice]) async throws -> Int {
        guard !notices.isEmpty else { return 0 }
        let statement = NoticeStatements.announce(notices, organization: organization)
        return try await connection.pipeline([statement])[0].only().int(0)
    }

    /// Whose the gaps are, by the identifications in force.
    private func gapOwners(_ gaps: [GapID], _ history: OrganizationHistory) async throws -> [GapID: PersonID] {
        guard !gaps.isEmpty else { return [:] }
        let rows = try await connection.pipeline([FactStatements.gaps(gaps, organization: organization)])
        let index = UnitIndex(history.inForce(try FactRow.events(rows), asOf: history.day))
        var owners: [GapID: PersonID] = [:]
        for gap in gaps { owners[gap] = index.person(of: gap) }
        return owners
    }

    /// Whom an event is about: its person, its gap's, or the requester.
    private static func unit(of event: Event, _ owners: [GapID: PersonID]) -> PersonID? {
        if let person = event.payload.person { return person }
        if let owner = event.payload.gap.flatMap({ owners[$0] }) { return owner }
        if case .trainingRequested(let request) = event.payload { return request.requestedBy }
        return nil
    }
}
