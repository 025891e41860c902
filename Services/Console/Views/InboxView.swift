/// The viewer's notices: `inbox.mustache`.
struct InboxView: Sendable {
    struct Row: Sendable {
        let id: Int64
        let kind: String
        let urgency: String
        let tone: String
        let day: String
        let unread: Bool
        let reason: String
        let nextStep: String
        let link: String
        let hasEvidence: Bool
        let evidence: [String]
    }

    /// A kind of notice, and whether it comes by mail.
    struct Kind: Sendable {
        let value: String
        let title: String
        let isTaken: Bool
    }

    let viewer: ViewerBar?
    let asOf: String? = nil
    let lead: String
    let notices: [Row]
    /// The next page's path, `nil` on the last.
    let more: String?
    /// Whether the viewer has just chosen their mail.
    let isSaved: Bool
    let takesMail: Bool
    let kinds: [Kind]
}
