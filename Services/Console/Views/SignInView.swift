/// The sign-in page: `sign-in.mustache`.
struct SignInView: Sendable {
    struct Choice: Sendable {
        let value: String
        let label: String
        let selected: Bool
    }

    struct Suggestion: Sendable {
        let id: String
        let name: String
    }

    let viewer: ViewerBar? = nil
    let asOf: String? = nil
    /// Whether the development sign-in is there for this viewer.
    let isOffered: Bool
    /// Whether it is there for somebody on the console's own machine.
    let isForThisMachine: Bool
    let problem: String?
    let person: String
    /// Where the form leads; `nil`: the viewer's first page.
    let destination: String?
    let people: [Suggestion]
    let roles: [Choice]
}
