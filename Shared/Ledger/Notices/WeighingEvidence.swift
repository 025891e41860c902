import Accountability
import Models
import Postgres

/// The measures that weigh most against a manager, with the trials that do: what a notice of the status rests on.
struct WeighingEvidence {
    /// Those that lose the most points, the greatest loss first.
    let measures: [(measure: Measure, score: MeasureScore)]
    /// Of the trials of each measure that pull the score down the most.
    let evidence: [EventIdentity]

    private static let measureLimit = 3
    private static let trialsEach = 5
    /// A notice names events to begin with; the manager's page lists all.
    private static let eventLimit = 30

    init(of manager: PersonID, _ trials: [Trial], policy: Policy) {
        let posterior = Posterior(policy: policy)
        let tally = trials.reduce(into: Contribution()) { $0 += Contribution($1, policy: policy) }
        let row = posterior.score(manager: manager, tally)
        let heaviest = row?.heaviest(Self.measureLimit, policy: policy) ?? []
        measures = heaviest.compactMap { measure in row?.measures[measure].map { (measure, $0) } }
        var influence = Influence(on: manager, tally: tally, posterior: posterior)
        var evidence: [EventIdentity] = []
        for measure in heaviest {
            let weighing = trials.filter { $0.measure == measure && !$0.isPending && $0.s < $0.n }
                .map { (trial: $0, influence: influence.of($0) ?? 0) }
                .sorted { left, right in
                    left.influence == right.influence
                        ? Trial.precedes(left.trial, right.trial) : left.influence < right.influence
                }
            for (trial, _) in weighing.prefix(Self.trialsEach) {
                evidence += trial.evidence.filter { !evidence.contains($0) }
            }
        }
        self.evidence = Array(evidence.prefix(Self.eventLimit))
    }

    /// `coaching 0.5 of 6.4, closure 0 of 3`; empty where no measure applies.
    var words: String {
        measures.map { "\($0.measure) \(Self.tenths($0.score.s)) of \(Self.tenths($0.score.n))" }
            .joined(separator: ", ")
    }

    private static func tenths(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    }

    /// The evidence of some managers, from the units that give to their scores as last computed.
    ///
    /// Source: `score.contribution` by subject, then `facts.event` through its indexes on persons, gaps and requesters.
    static func read(
        _ managers: [PersonID], _ history: OrganizationHistory, policy: Policy, organization: OrganizationID,
        from connection: Connection
    ) async throws -> [PersonID: WeighingEvidence] {
        guard !managers.isEmpty else { return [:] }
        let rows = try await connection.pipeline([
            ContributionStatements.units(givingTo: managers, organization: organization)
        ])[0]
        let units = try rows.map { PersonID(unchecked: try $0.text(0)) }
        let scorer = UnitScorer(organization: history.organization, policy: policy)
        let wanted = Set(managers)
        var trials: [PersonID: [Trial]] = [:]
        for start in stride(from: 0, to: units.count, by: Recomputation.chunkSize) {
            let chunk = Array(units[start..<min(start + Recomputation.chunkSize, units.count)])
            var facts = try await connection.pipeline([FactStatements.own(chunk, organization: organization)])
            let gaps = try FactRow.gaps(facts[0])
            if !gaps.isEmpty {
                facts += try await connection.pipeline([FactStatements.gaps(Array(gaps), organization: organization)])
            }
            let index = UnitIndex(history.inForce(try FactRow.events(facts), asOf: history.day))
            for unit in chunk {
                for trial in scorer.trials(index.facts(of: unit)) where wanted.contains(trial.manager) {
                    trials[trial.manager, default: []].append(trial)
                }
            }
        }
        return Dictionary(
            uniqueKeysWithValues: managers.map { ($0, WeighingEvidence(of: $0, trials[$0] ?? [], policy: policy)) })
    }
}
