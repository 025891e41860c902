/// How many gaps of one path closed: of those that were open on the landmark's day, with what had been done by then.
package struct ClosureRate: Hashable, Sendable {
    package struct Evidence: Hashable, Sendable {
        /// Open on the landmark's day.
        package let gaps: Int
        package let people: Int
        /// Identified so long ago that they could be followed to the horizon.
        package let followed: Int

        package init(gaps: Int, people: Int, followed: Int) {
            self.gaps = gaps
            self.people = people
            self.followed = followed
        }
    }

    package let path: ClosurePath
    /// Nil for a group that is too small to be shown, and for none.
    package let evidence: Evidence?
    /// Closed within the horizon; nil without enough evidence.
    package let closed: Share?
    /// Closed and verified.
    package let verified: Share?
    /// Why there is no rate, in words.
    package let reason: String?

    /// - Parameter courses: Of this path, in an order that the same gaps always have.
    static func of(_ path: ClosurePath, _ courses: [GapCourse], today: Int, design: EffectDesign) -> ClosureRate {
        let pairs = courses.compactMap { course in
            FollowUp(course, today: today, design: design).map { (course, $0) }
        }
        let followUps = pairs.map(\.1)
        let people = Set(followUps.map(\.person)).count
        guard people >= design.leastPeople else {
            let reason =
                people == 0 ? "No gap went this way." : "Fewer than \(design.leastPeople) people: not shown."
            return ClosureRate(path: path, evidence: nil, closed: nil, verified: nil, reason: reason)
        }
        let followed = pairs.count { $0.0.identified + design.horizon <= today }
        let evidence = Evidence(gaps: followUps.count, people: people, followed: followed)
        guard followed >= design.leastFollowed else {
            let reason =
                "Not enough evidence: \(followed) of these gaps could be followed for \(design.horizon) days, "
                + "\(design.leastFollowed) are needed."
            return ClosureRate(path: path, evidence: evidence, closed: nil, verified: nil, reason: reason)
        }
        let share = { (counts: (GapCourse.Ending) -> Bool) in
            Share(
                CumulativeIncidence(followUps, through: design.horizon - design.landmark, counts: counts),
                gaps: followUps.count, followed: followed, quantile: design.normalQuantile)
        }
        return ClosureRate(
            path: path, evidence: evidence, closed: share { $0 != .withdrawn }, verified: share { $0 == .verified },
            reason: nil)
    }
}
