import Accountability
import Models

extension GapCourse {
    /// The same gap with something else about it.
    func with(
        cause: Cause? = nil, identified: Int? = nil, levels: [Reading]? = nil, end: End? = nil,
        completions: [Completion]? = nil
    ) -> GapCourse {
        GapCourse(
            gap: gap, person: person, team: team, cause: cause ?? self.cause, identified: identified ?? self.identified,
            end: end ?? self.end, steps: steps, levels: levels ?? self.levels, progress: progress,
            completions: completions ?? self.completions)
    }
}
