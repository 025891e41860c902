/// A page that says one thing: `message.mustache`.
struct MessageView: Sendable {
    let viewer: ViewerBar?
    let asOf: String? = nil
    let heading: String
    let text: String
    /// Where a form asks for the reason of a look, its target.
    let reason: String?
    let href: String?
    let label: String?
}
