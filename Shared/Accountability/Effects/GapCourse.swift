package import Models

/// One gap from its identification on, as the study of effects needs it: days and numbers, no events.
package struct GapCourse: Sendable {
    package enum Ending: Sendable {
        /// Closed, and shown to be: the role changed, or the last observation or measurement before says so.
        case verified
        /// Closed by somebody's word.
        case unverified
        /// It was none, or is given up.
        case withdrawn
    }

    package struct End: Sendable {
        package let day: Int
        package let ending: Ending

        package init(day: Int, ending: Ending) {
            self.day = day
            self.ending = ending
        }
    }

    /// An observed level, `0...4`, or a metric's progress, `0...1`.
    package struct Reading: Sendable {
        package let day: Int
        package let value: Double

        package init(day: Int, value: Double) {
            self.day = day
            self.value = value
        }
    }

    /// A training of the gap's person that is tied to the job.
    package struct Completion: Sendable {
        package let programme: ProgrammeID
        /// The gap it names.
        package let gap: GapID?
        package let day: Int

        package init(programme: ProgrammeID, gap: GapID?, day: Int) {
            self.programme = programme
            self.gap = gap
            self.day = day
        }
    }

    /// The first day of each kind of step on the gap, on or after its identification; `nil` where none was taken.
    package struct Steps: Sendable {
        package var coaching: Int?
        package var training: Int?
        package var processOrTool: Int?
        package var roleChange: Int?

        package init(coaching: Int? = nil, training: Int? = nil, processOrTool: Int? = nil, roleChange: Int? = nil) {
            self.coaching = coaching
            self.training = training
            self.processOrTool = processOrTool
            self.roleChange = roleChange
        }
    }

    package let gap: GapID
    package let person: PersonID
    /// Whose team the person was in when the gap was identified: the manager, or the person where nobody was.
    package let team: PersonID
    package let cause: Cause
    /// The identification's day.
    package let identified: Int
    package let end: End?
    package let steps: Steps
    /// Observed levels in the order of events.
    package let levels: [Reading]
    /// The metric's progress in the order of events; empty without a metric.
    package let progress: [Reading]
    /// All of the person's completions, by day; those on other gaps and before this one included.
    package let completions: [Completion]

    package init(
        gap: GapID, person: PersonID, team: PersonID, cause: Cause, identified: Int, end: End? = nil,
        steps: Steps = Steps(), levels: [Reading] = [], progress: [Reading] = [], completions: [Completion] = []
    ) {
        self.gap = gap
        self.person = person
        self.team = team
        self.cause = cause
        self.identified = identified
        self.end = end
        self.steps = steps
        self.levels = levels
        self.progress = progress
        self.completions = completions
    }

    /// The first day from the identification on, on which the person completed any training tied to the job.
    var firstTraining: Int? {
        completions.first { $0.day >= identified }?.day
    }

    func hasEnded(by day: Int) -> Bool {
        end.map { $0.day <= day } ?? false
    }
}
