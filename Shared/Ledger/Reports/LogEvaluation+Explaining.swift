import Accountability
package import Models

extension LogEvaluation {
    /// One manager's score of a day with every trial behind it.
    ///
    /// - Parameter earlier: The day to compare with, by the policy in force then.
    package func explanation(
        of manager: PersonID, asOf day: Day, policy: Policy, since earlier: Day? = nil
    ) -> Explanation {
        Explanation(
            of: manager, Assessment(events: events, asOf: day, policy: policy),
            since: earlier.map { Assessment(events: events, asOf: $0, policy: policies.policy(on: $0)) })
    }

    /// What people are called on a day.
    package func names(on day: Day) -> PersonNames {
        PersonNames(Corrections.inForce(events, asOf: day), asOf: day)
    }
}
