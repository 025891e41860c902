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
    let development: Bool
    let problem: String?
    let person: String
    let people: [Suggestion]
    let roles: [Choice]
}
