package import Models

/// The model applied to a set of events on one day with one policy, ready to be asked for trials.
package struct Assessment: Sendable {
    package let asOf: Day
    package let policy: Policy
    /// The events that count, each once.
    package let inForce: [Event]
    package let posterior: Posterior
    let scorer: UnitScorer
    let index: UnitIndex

    /// - Parameter events: In any order, with any number of duplicates, in force or not: at least the organisation's
    ///   own, those of the units that are asked for, and the corrections of both.
    package init(events: [Event], asOf: Day, policy: Policy) {
        self.init(inForce: Corrections.inForce(events, asOf: asOf), asOf: asOf, policy: policy)
    }

    private init(inForce: [Event], asOf: Day, policy: Policy) {
        self.init(organization: Organization(events: inForce, asOf: asOf), facts: inForce, policy: policy)
    }

    /// - Parameters:
    ///   - organization: As of the scored day.
    ///   - facts: In force, in any order, each once: at least those of the units that are asked for. They may leave out
    ///     what makes up the organisation.
    package init(organization: Organization, facts: [Event], policy: Policy) {
        self.init(UnitScorer(organization: organization, policy: policy), facts, UnitIndex(facts))
    }

    private init(_ scorer: UnitScorer, _ inForce: [Event], _ index: UnitIndex) {
        asOf = scorer.organization.asOf
        policy = scorer.policy
        posterior = Posterior(policy: scorer.policy)
        self.inForce = inForce
        self.scorer = scorer
        self.index = index
    }

    /// The same events on another day, as if nothing happened in between.
    func moved(to day: Day) -> Assessment {
        Assessment(scorer.moved(to: day), inForce, index)
    }

    package var organization: Organization { scorer.organization }

    /// The trials of some managers, pending ones included, in the order of ``Trial/precedes(_:_:)``.
    ///
    /// - Parameter units: Whose facts are asked; `nil` asks everybody's.
    package func trials(of managers: Set<PersonID>, among units: Set<PersonID>? = nil) -> [PersonID: [Trial]] {
        var trials: [PersonID: [Trial]] = [:]
        for person in units.map(Array.init) ?? index.everybody(in: organization) {
            for trial in scorer.trials(index.facts(of: person)) where managers.contains(trial.manager) {
                trials[trial.manager, default: []].append(trial)
            }
        }
        return trials.mapValues { $0.sorted(by: Trial.precedes) }
    }

    /// Everybody's rows.
    package func scores() -> [PersonID: ManagerScore] {
        var tallies = Tallies(scorer)
        for person in index.everybody(in: organization) { tallies.add(index.facts(of: person)) }
        return tallies.report().managers
    }

    /// One manager's row and the trials it rests on, for ``ScoreDifference``.
    package func side(of manager: PersonID, _ trials: [Trial]) -> ScoreDifference.Side {
        let tally = trials.reduce(into: Contribution()) { $0 += Contribution($1, policy: policy) }
        return ScoreDifference.Side(
            asOf: asOf, policy: policy, score: posterior.score(manager: manager, tally), trials: trials)
    }

    /// The differences of some managers' scores from this assessment to another, in no order.
    package func differences(
        to other: Assessment, of managers: Set<PersonID>, among units: Set<PersonID>? = nil
    ) -> [ScoreDifference] {
        let before = trials(of: managers, among: units)
        let after = other.trials(of: managers, among: units)
        return managers.map { manager in
            ScoreDifference(
                manager: manager, from: side(of: manager, before[manager] ?? []),
                to: other.side(of: manager, after[manager] ?? []))
        }
    }
}
