/// One manager's page: `manager.mustache`.
struct ManagerView: Sendable {
    struct MeasureRow: Sendable {
        let id: String
        let name: String
        let meaning: String
        let weight: Int
        let n: String
        let s: String
        let mean: String
        /// What it gives to the score, of what it could; a dash where there is no score.
        let points: String
        let interval: IntervalDrawing
    }

    struct TrialRow: Sendable {
        let person: String
        let gap: String
        let gapHref: String?
        let decided: String
        let n: String
        let s: String
        /// What it does to the score, with its sign.
        let influence: String
        let tone: String
        let why: String
        let events: [String]
        let moreEvents: Rest?
    }

    /// What a page leaves out of a list, and where all of it is.
    struct Rest: Sendable {
        let words: String
        let href: String
    }

    struct Evidence: Sendable {
        let id: String
        let name: String
        let summary: String
        let open: Bool
        let trials: [TrialRow]
        /// `nil` where nothing was left out.
        let more: Rest?
    }

    /// Something that falls due.
    struct Due: Sendable {
        let day: String
        let measure: String
        let person: String
        let gap: String
        let gapHref: String?
        let ifMet: String
        let ifMissed: String
    }

    /// What would raise the score.
    struct Step: Sendable {
        let what: String
        let gapHref: String?
        let gap: String
        let today: String
        let ahead: String
    }

    /// One trial that entered, left or changed.
    struct Change: Sendable {
        let share: String
        let tone: String
        let kind: String
        let measure: String
        let person: String
        let gap: String
        let gapHref: String?
        let before: String
        let after: String
        let why: String
    }

    /// The difference from an earlier day.
    struct Since: Sendable {
        let day: String
        /// The latest day that can be compared with.
        let latest: String
        let reading: String
        /// What was published on that day, where that is another number.
        let published: String?
        let hasChanges: Bool
        let changes: [Change]
        let more: Rest?
        /// Whose trials were not looked at; `nil` where all were.
        let left: String?
    }

    struct Report: Sendable {
        let name: String
        let role: String
        let gaps: [RecordView.Entry]
    }

    let viewer: ViewerBar?
    let asOf: String?
    let back: Bool
    let name: String
    let title: String
    let unit: String?
    let status: String
    let score: String
    let range: String
    let reading: String
    let policy: String
    let interval: IntervalDrawing
    let measures: [MeasureRow]
    /// Whether the page says whose the trials and gaps are.
    let isNamed: Bool
    /// Where the form that asks for a reason leads; `nil` where the page needs none.
    let ask: String?
    /// The reason that was given, for the page's own form to keep.
    let reason: String?
    let hasSteps: Bool
    let steps: [Step]
    /// The last day that a session of today covers.
    let ahead: String
    let hasDue: Bool
    let due: [Due]
    /// Those that fall due later than the listed ones; `nil` where none.
    let moreDue: Rest?
    let since: Since?
    let evidence: [Evidence]
    let hasReports: Bool
    let reports: [Report]
}
