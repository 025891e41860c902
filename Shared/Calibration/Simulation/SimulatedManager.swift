internal import Accountability
package import Models

/// One simulated manager, scored by the real code.
package struct SimulatedManager: Sendable {
    package let rates: Rates
    /// What the real code says; `nil` where no measure applies.
    package let row: ManagerScore?
    /// The true score over the measures that apply, `0...100`; `nil` where none does.
    package let truth: Double?

    /// Simulates the events and scores them, from the events in force to the row.
    package init(
        rates: Rates, team: Int, conduct: Conduct, workload: Workload? = nil, policy: Policy, asOf: Day,
        random: RandomSource
    ) {
        let events = TeamSimulation.events(
            rates: rates, team: team, conduct: conduct, workload: workload, policy: policy, asOf: asOf,
            random: random)
        let report = Scoring.report(events: events, asOf: asOf, policy: policy)
        self.rates = rates
        row = report.managers[TeamSimulation.manager]
        truth = row.map { rates.score(over: $0.measures.keys, policy: policy) }
    }
    /// A manager of whom everything is known already.
    init(rates: Rates, row: ManagerScore?, truth: Double?) {
        self.rates = rates
        self.row = row
        self.truth = truth
    }
}
