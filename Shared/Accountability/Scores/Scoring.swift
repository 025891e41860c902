package import Models

/// The whole model: from a set of events and a scored day to everybody's rows.
package enum Scoring {
    /// - Parameters:
    ///   - events: In any order, with any number of duplicates; of one identity the first counts.
    ///   - asOf: The scored day.
    /// - Returns: The rows of all managers and programmes that have one.
    package static func report(events: [Event], asOf: Day, policy: Policy) -> ScoreReport {
        let inForce = Corrections.inForce(events, asOf: asOf)
        let scorer = UnitScorer(organization: Organization(events: inForce, asOf: asOf), policy: policy)
        let index = UnitIndex(inForce)
        var tallies = Tallies(scorer)
        for person in index.everybody(in: scorer.organization) { tallies.add(index.facts(of: person)) }
        return tallies.report()
    }
}
