/// What was done about a gap, read on one day: exactly one of six.
package enum ClosurePath: String, CaseIterable, Sendable {
    case coaching, training
    case coachingAndTraining = "coaching_and_training"
    case processOrTool = "process_or_tool"
    case roleChange = "role_change"
    case nothing

    /// What changes the situation goes before what changes the person: coaching "alone" means that neither the role
    /// nor a process or tool was changed.
    ///
    /// - Parameters:
    ///   - steps: The first day of each kind of step.
    ///   - day: Steps after it don't count.
    init(_ steps: GapCourse.Steps, through day: Int) {
        let wasDone = { (first: Int?) in first.map { $0 <= day } ?? false }
        if wasDone(steps.roleChange) {
            self = .roleChange
        } else if wasDone(steps.processOrTool) {
            self = .processOrTool
        } else {
            switch (wasDone(steps.coaching), wasDone(steps.training)) {
            case (true, true): self = .coachingAndTraining
            case (true, false): self = .coaching
            case (false, true): self = .training
            case (false, false): self = .nothing
            }
        }
    }
}
