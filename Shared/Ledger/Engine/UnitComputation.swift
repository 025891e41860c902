import Accountability
import Models
import Postgres

/// Computes units from their facts: pure, so that it runs on all cores beside the connection.
struct UnitComputation: Sendable {
    let history: OrganizationHistory
    let policy: Policy
    let composer: NoticeComposer
    /// The situations that are announced; nil announces nothing.
    let announcement: Announcement?

    /// What loaded units change in what is stored of them.
    func changes(of loaded: LoadedUnits, _ organization: OrganizationID) throws -> UnitChanges {
        try UnitChanges(outcomes(of: loaded), since: loaded.stored, organization: organization)
    }

    /// What loaded units give now, each one outcome.
    ///
    /// - Throws: ``LedgerError``, ``PostgresError`` where what was loaded can't be read.
    func outcomes(of loaded: LoadedUnits) throws -> [UnitOutcome] {
        let scorer = UnitScorer(organization: history.organization, policy: policy)
        var outcomes: [UnitOutcome] = []
        outcomes.reserveCapacity(loaded.units.count)
        var done: Set<PersonID> = []
        try loaded.page?.forEachUnit(
            where: { !loaded.apart.contains($0) }, inForce: history.inForce,
            { unit in
                outcomes.append(outcome(of: unit.ownFacts, scorer))
                done.insert(unit.person)
            })
        let index = UnitIndex(history.inForce(try FactRow.events(loaded.rows), asOf: history.day))
        for unit in loaded.units where !done.contains(unit) {
            outcomes.append(outcome(of: index.facts(of: unit), scorer))
        }
        return outcomes
    }

    private func outcome(of facts: UnitFacts, _ scorer: UnitScorer) -> UnitOutcome {
        let (result, situations) = scorer.judge(
            facts, days: announcement?.days, arrived: announcement?.arrived ?? [])
        return UnitOutcome(
            unit: facts.person,
            contributions: Contributions(managers: result.contributions, programmes: result.programmes),
            deadlines: Set(result.pending.map(Deadline.init)),
            notices: situations.compactMap(composer.notice))
    }
}
