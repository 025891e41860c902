/// The viewer's own record: `record.mustache`.
struct RecordView: Sendable {
    struct Entry: Sendable {
        let href: String
        let label: String
    }

    struct Look: Sendable {
        let at: String
        let actor: String
        let action: String
        /// How often on that day.
        let times: Int
        let reason: String
    }

    let viewer: ViewerBar?
    let asOf: String? = nil
    let lead: String
    let gaps: [Entry]
    let looks: [Look]
    /// The path of older looks, `nil` on the last page.
    let more: String?
}
