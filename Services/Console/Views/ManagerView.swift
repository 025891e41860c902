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
        let interval: IntervalDrawing
    }

    struct TrialRow: Sendable {
        let person: String
        let gap: String
        let gapHref: String?
        let decided: String
        let n: String
        let s: String
        let why: String
        let events: [String]
    }

    struct Evidence: Sendable {
        let id: String
        let name: String
        let summary: String
        let open: Bool
        let trials: [TrialRow]
        /// What was left out, `nil` where nothing was.
        let more: String?
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
    let interval: IntervalDrawing
    let measures: [MeasureRow]
    let evidence: [Evidence]
    let hasReports: Bool
    let reports: [Report]
}
