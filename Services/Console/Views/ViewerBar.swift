/// The top of each page for somebody who is signed in.
struct ViewerBar: Sendable {
    /// One entry of the main navigation.
    struct Link: Sendable {
        let href: String
        let label: String
        let current: Bool
        /// Unread notices, `nil` for none.
        let count: Int?
    }

    let name: String
    let role: String
    let links: [Link]

    /// - Parameters:
    ///   - path: The page's own path, which marks the current link.
    ///   - unread: Notices that wait in the inbox.
    init(viewer: Viewer, name: String, path: String, unread: Int) {
        self.name = name
        role = viewer.role.label
        let rules = AccessRules(viewer: viewer)
        var links: [(String, String, Int?)] = []
        if rules.scoreboard != .refused { links.append(("/managers", "Managers", nil)) }
        if rules.programmes != .refused { links.append(("/programmes", "Programmes", nil)) }
        if rules.effects != .refused { links.append(("/effects", "What closes gaps", nil)) }
        if rules.quarantine != .refused { links.append(("/quarantine", "Rejected events", nil)) }
        links.append(("/inbox", "Inbox", unread > 0 ? unread : nil))
        if viewer.role != .operator { links.append(("/record", "My record", nil)) }
        self.links = links.map { href, label, count in
            Link(href: href, label: label, current: path == href || path.hasPrefix(href + "/"), count: count)
        }
    }
}
