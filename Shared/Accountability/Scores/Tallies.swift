package import Models

/// Adds up units' contributions by manager and programme.
package struct Tallies: Sendable {
    private let scorer: UnitScorer
    /// By the manager's place in the organisation.
    private var managers: [Contribution]
    private var programmes: [ProgrammeID: ProgrammeContribution] = [:]

    package init(_ scorer: UnitScorer) {
        self.scorer = scorer
        managers = Array(repeating: Contribution(), count: scorer.organization.people.count)
    }

    package mutating func add(_ unit: UnitFacts) {
        let sums = scorer.tally(unit)
        for sum in sums.managers { managers[sum.place] += sum.contribution }
        for sum in sums.programmes { programmes[sum.programme, default: ProgrammeContribution()] += sum.contribution }
    }

    /// Adds what was added up elsewhere by a scorer with the same organisation.
    package static func += (left: inout Tallies, right: Tallies) {
        for (place, contribution) in right.managers.enumerated() { left.managers[place] += contribution }
        for (programme, contribution) in right.programmes {
            left.programmes[programme, default: ProgrammeContribution()] += contribution
        }
    }

    package func report() -> ScoreReport {
        let posterior = Posterior(policy: scorer.policy)
        var rows: [PersonID: ManagerScore] = [:]
        for (place, tally) in managers.enumerated() where !tally.isEmpty {
            let manager = scorer.organization.people[place]
            rows[manager] = posterior.score(manager: manager, tally)
        }
        var programmeRows: [ProgrammeID: ProgrammeScore] = [:]
        for (programme, tally) in programmes {
            programmeRows[programme] = Posterior.programme(
                programme, tally, policy: scorer.policy)
        }
        return ScoreReport(
            asOf: scorer.organization.asOf, policyVersion: scorer.policy.version, managers: rows,
            programmes: programmeRows)
    }
}
