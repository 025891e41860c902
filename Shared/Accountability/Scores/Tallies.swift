package import Models

/// Adds up units' contributions by manager and programme.
package struct Tallies: Sendable {
    private let scorer: UnitScorer
    /// By the manager's place in the organisation: the place in ``sums``; -1 without contributions yet. Few people are
    /// managers.
    private var slots: [Int32]
    private var sums: [(manager: Int, contribution: Contribution)] = []
    private var programmes: [ProgrammeID: ProgrammeContribution] = [:]
    /// By place: whether the unit is in.
    private var isCounted: [Bool]

    package init(_ scorer: UnitScorer) {
        self.scorer = scorer
        slots = Array(repeating: -1, count: scorer.organization.people.count)
        isCounted = Array(repeating: false, count: scorer.organization.people.count)
    }

    package mutating func add(_ unit: UnitFacts) {
        let dossier = Dossier(unit, scorer.organization)
        if dossier.person >= 0 { isCounted[dossier.person] = true }
        add(scorer.tally(dossier))
    }

    /// Adds everybody in the organisation who is not in, as people without facts: they still give trials.
    package mutating func addRemaining() {
        for place in isCounted.indices where !isCounted[place] {
            isCounted[place] = true
            add(scorer.tally(Dossier(withoutFacts: place)))
        }
    }

    /// Adds the trial of a training request that names no gap identified in force, apart from its requester's unit.
    package mutating func add(requestWithoutGap event: Event) {
        guard case .trainingRequested(let data) = event.payload else { return }
        var dossier = Dossier(withoutFacts: -1)
        dossier.add(data, event, scorer.organization)
        add(scorer.tally(dossier))
    }

    private mutating func add(_ unit: TallySink) {
        for sum in unit.managers { add(sum.contribution, to: sum.place) }
        for sum in unit.programmes {
            programmes[sum.programme, default: ProgrammeContribution()] += sum.contribution
        }
    }

    private mutating func add(_ contribution: Contribution, to manager: Int) {
        let slot = Int(slots[manager])
        if slot >= 0 {
            sums[slot].contribution += contribution
        } else {
            slots[manager] = Int32(sums.count)
            sums.append((manager, contribution))
        }
    }

    /// Adds what was added up elsewhere, of other units, by a scorer with the same organisation.
    package static func += (left: inout Tallies, right: Tallies) {
        for sum in right.sums { left.add(sum.contribution, to: sum.manager) }
        for (programme, contribution) in right.programmes {
            left.programmes[programme, default: ProgrammeContribution()] += contribution
        }
        for place in right.isCounted.indices where right.isCounted[place] { left.isCounted[place] = true }
    }

    package func report() -> ScoreReport {
        let posterior = Posterior(policy: scorer.policy)
        var rows: [PersonID: ManagerScore] = [:]
        rows.reserveCapacity(sums.count)
        for sum in sums where !sum.contribution.isEmpty {
            let manager = scorer.organization.people[sum.manager]
            rows[manager] = posterior.score(manager: manager, sum.contribution)
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
