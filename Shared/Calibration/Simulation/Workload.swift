/// How much happens in a simulated team: what decides how many trials there are, and nothing about how they come out.
package struct Workload: Hashable, Sendable {
    /// Gaps of a report, a day.
    package var gaps = 1.0 / 120
    /// The share of gaps that have a metric, which is measured once, in the 60 days after closure is due.
    package var measured = 0.6
    /// Training requests of the manager a report, a day.
    package var requests = 1.0 / 180
    /// The share of reports whom somebody from outside coaches too.
    package var outside = 0.3
    /// Outside coaching of such a report, a day.
    package var outsideSessions = 1.0 / 30
    /// Gaps that climb to the manager from below, a report and a day: one of the reports leads people, too.
    package var climbing = 1.0 / 360
    /// The most people whom a shared cause hits at once.
    package var sharedBy = 4

    package init() {}

    /// A third of everything but coaching, whose amount is the manager's rate.
    static let quiet = {
        var workload = Workload()
        workload.gaps /= 3
        workload.requests /= 3
        workload.outside /= 3
        workload.climbing /= 3
        return workload
    }()

    /// For ``ComplementCurve``: nothing but coaching, and everybody is coached from outside.
    static let coachingOnly = {
        var workload = Workload()
        workload.gaps = 0
        workload.requests = 0
        workload.climbing = 0
        workload.outside = 1
        return workload
    }()
}
