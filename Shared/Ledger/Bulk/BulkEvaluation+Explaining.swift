import Accountability
package import Models

extension BulkEvaluation {
    /// One manager's score of a day with every trial behind it: what ``LogEvaluation`` gives, from the facts that bear on
    /// the manager.
    ///
    /// - Parameters:
    ///   - day: The scored day; nil is today by the database's clock.
    ///   - knownAt: Only what Onus had recorded by then; nil takes all.
    ///   - version: The policy's; nil is the one in force on the day.
    ///   - earlier: The day to compare with, by the policy in force then.
    /// - Throws: ``BulkUnavailable``, ``LedgerError``, ``LogError``, ``PostgresError``.
    package func explanation(
        of manager: PersonID, asOf day: Day? = nil, knownAt: Instant? = nil, policy version: Int? = nil,
        since earlier: Day? = nil
    ) async throws -> Explanation {
        try await BulkMoment.with(organization, knownAt: [knownAt].compactMap(\.self), using: lead, helpers) { moment in
            let day = day ?? moment.today
            let policy = try moment.policies.policy(on: day, version: version)
            var sides = [
                BulkEvidence.Side(try await moment.history(asOf: day, knownAt: knownAt), policy, looksAhead: true)
            ]
            if let earlier {
                let history = try await moment.history(asOf: earlier, knownAt: knownAt)
                sides.append(BulkEvidence.Side(history, moment.policies.policy(on: earlier)))
            }
            let evidence = try await BulkEvidence.load(of: [manager], sides, fewPeople: fewPeople, moment)
            let explanation = Explanation(
                of: manager, evidence.assessments[0], among: evidence.units,
                since: evidence.assessments.dropFirst().first)
            return explanation.citing(
                try await moment.events(explanation.evidence),
                try await moment.names(of: explanation.people, sides[0].history))
        }
    }

    /// Whose score differs between two sides, and for some of them why: what ``Comparison`` gives of all events.
    ///
    /// - Parameters:
    ///   - knownAt: Of each side, only what Onus had recorded by then; nil takes all.
    ///   - manager: Only this one, whether their row differs or not.
    ///   - details: For how many of the moves the trials are listed.
    ///   - choose: Gives the two sides; today is by the database's clock.
    /// - Throws: ``BulkUnavailable``, ``LedgerError``, ``LogError``, ``PostgresError``, and what `choose` throws.
    package func comparison(
        knownAt: (from: Instant?, to: Instant?) = (nil, nil), manager: PersonID? = nil, details: Int,
        _ choose: (_ policies: PolicyBook, _ today: Day) throws -> (from: Comparison.Side, to: Comparison.Side)
    ) async throws -> Comparison {
        let instants = [knownAt.from, knownAt.to].compactMap(\.self)
        return try await BulkMoment.with(organization, knownAt: instants, using: lead, helpers) { moment in
            let (from, to) = try choose(moment.policies, moment.today)
            let first = BulkEvidence.Side(try await moment.history(asOf: from.day, knownAt: knownAt.from), from.policy)
            let isOneHistory = from.day == to.day && knownAt.from == knownAt.to
            let second = BulkEvidence.Side(
                isOneHistory ? first.history : try await moment.history(asOf: to.day, knownAt: knownAt.to), to.policy)
            let comparison: Comparison
            if let manager {
                comparison = Comparison(try await differences(of: [manager], first, second, moment), from: from, to: to)
            } else {
                let moves = Comparison.moves(
                    try await BulkTallying(moment, first.history, policy: from.policy).report().managers,
                    try await BulkTallying(moment, second.history, policy: to.policy).report().managers)
                let chosen = Set(moves.differing.prefix(details).map(\.manager))
                let found = chosen.isEmpty ? [] : try await differences(of: chosen, first, second, moment)
                comparison = Comparison(moves, found, from: from, to: to)
            }
            return comparison.citing(
                try await moment.events(comparison.evidence),
                try await moment.names(of: comparison.people, second.history))
        }
    }

    private func differences(
        of managers: Set<PersonID>, _ first: BulkEvidence.Side, _ second: BulkEvidence.Side, _ moment: BulkMoment
    ) async throws -> [ScoreDifference] {
        let evidence = try await BulkEvidence.load(of: managers, [first, second], fewPeople: fewPeople, moment)
        return evidence.assessments[0].differences(to: evidence.assessments[1], of: managers, among: evidence.units)
    }
}
