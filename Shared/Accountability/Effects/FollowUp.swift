import Models

/// One gap after the landmark: how long it was followed, and how that ended.
struct FollowUp {
    let person: PersonID
    /// Days after the landmark on which it ended or was last seen open, at least 1.
    let exit: Int
    /// `nil`: still open when last seen.
    let ending: GapCourse.Ending?

    /// - Returns: `nil` where the gap ended by the landmark, or no day after it has passed.
    init?(_ course: GapCourse, today: Int, design: EffectDesign) {
        let landmark = course.identified + design.landmark
        guard today > landmark, !course.hasEnded(by: landmark) else { return nil }
        let last = min(course.identified + design.horizon, today)
        person = course.person
        if let end = course.end, end.day <= last {
            exit = end.day - landmark
            ending = end.ending
        } else {
            exit = last - landmark
            ending = nil
        }
    }
}
