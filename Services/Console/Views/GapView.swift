/// One gap's path: `gap.mustache`.
struct GapView: Sendable {
    struct Line: Sendable {
        let day: String?
        let text: String
        let event: String?
    }

    struct Step: Sendable {
        let title: String
        let tone: String
        let lines: [Line]
        let missing: String
    }

    let viewer: ViewerBar?
    let asOf: String? = nil
    let gap: String
    let summary: String
    let person: String
    let manager: String?
    let managerHref: String?
    let state: String
    let tone: String
    let steps: [Step]
}
