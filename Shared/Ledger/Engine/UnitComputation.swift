import Accountability
import Models
import Postgres

/// Computes units from the rows of their facts: pure, so that it runs on all cores beside the connection.
struct UnitComputation: Sendable {
    let history: OrganizationHistory
    let policy: Policy
    let composer: NoticeComposer
    /// The situations that are announced; nil announces nothing.
    let announcement: Announcement?

    /// - Parameters:
    ///   - units: The persons to compute; each gives one outcome.
    ///   - results: The rows of ``FactStatements/own(_:organization:)`` for these persons, and of
    ///     ``FactStatements/gaps(_:organization:)`` for the gaps in them.
    func outcomes(of units: [PersonID], from results: [ResultSet]) throws -> [UnitOutcome] {
        outcomes(of: units, from: try FactRow.events(results))
    }

    /// - Parameters:
    ///   - units: nil computes everybody whom the organisation or an event names.
    ///   - events: In force or not.
    func outcomes(of units: [PersonID]?, from events: [Event]) -> [UnitOutcome] {
        let index = UnitIndex(history.inForce(events, asOf: history.day))
        let scorer = UnitScorer(organization: history.organization, policy: policy)
        return (units ?? index.everybody(in: history.organization)).map { unit in
            let facts = index.facts(of: unit)
            let result = scorer.score(facts)
            return UnitOutcome(
                unit: unit,
                contributions: Contributions(managers: result.contributions, programmes: result.programmes),
                deadlines: Set(result.pending.map(Deadline.init)),
                notices: notices(of: facts, scorer))
        }
    }

    private func notices(of facts: UnitFacts, _ scorer: UnitScorer) -> [Notice] {
        guard let announcement else { return [] }
        return scorer.situations(of: facts, days: announcement.days, arrived: announcement.arrived)
            .compactMap(composer.notice)
    }
}
