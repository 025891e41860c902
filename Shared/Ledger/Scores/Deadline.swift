import Accountability
package import Models

/// A trial that is still pending: what decides it is due by a day to come.
package struct Deadline: Hashable, Sendable {
    package let measure: Measure
    package let manager: PersonID
    package let gap: GapID
    /// The last day on which it can still be met.
    package let day: Day

    package init(measure: Measure, manager: PersonID, gap: GapID, day: Day) {
        self.measure = measure
        self.manager = manager
        self.gap = gap
        self.day = day
    }

    init(_ trial: PendingTrial) {
        self.init(measure: trial.measure, manager: trial.manager, gap: trial.gap, day: trial.due)
    }
}
