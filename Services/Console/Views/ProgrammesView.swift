/// The programmes' table: `programmes.mustache`.
struct ProgrammesView: Sendable {
    struct Row: Sendable {
        let href: String
        let programme: String
        let status: String
        let tone: String
        let delivered: Int
        let changed: Int
        let gap: Int
        let linkage: String
        let followup: String
        let change: String
    }

    let viewer: ViewerBar?
    let asOf: String?
    let rows: [Row]
}
