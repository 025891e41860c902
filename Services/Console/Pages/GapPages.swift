import Hummingbird
import Models

/// One gap's path, and the viewer's own record.
struct GapPages: Sendable {
    let pages: Pages

    func add(to router: some RouterMethods<ConsoleContext>) {
        router.get("/gaps/:gap", use: pages.signedIn(gap))
        router.get("/record", use: pages.signedIn(record))
    }

    @Sendable private func gap(_ request: Request, _ context: ConsoleContext, _ viewer: Viewer) async throws -> Response
    {
        let raw = try context.segment("gap")
        // The same answer for a gap that is not there and for one of somebody else: identifiers tell nothing away.
        let hidden = "There is no gap of that name that you may see."
        guard let gap = GapID(checking: raw), let found = try await pages.gapPath(gap, viewer: viewer) else {
            return try await pages.notFound(viewer, path: "/gaps", hidden)
        }
        let person = found.path.person
        let reason = pages.reason(of: request)
        let isBelow = try await pages.isBelow(person, viewer: viewer)
        switch AccessRules(viewer: viewer).record(of: person, isBelow: isBelow, hasReason: reason != nil) {
        case .refused:
            return try await pages.notFound(viewer, path: "/gaps", hidden)
        case .needsReason:
            let view = MessageView(
                viewer: try await pages.bar(viewer, path: "/gaps"), heading: "Why do you look?",
                text: "A person's gap is opened to HR with a reason, which the person can read.",
                reason: Link.gap(gap), href: nil, label: nil)
            return try pages.page("message", view)
        case .logged:
            try await pages.store.log(viewer, lookedAt: [person], what: "gap \(gap.rawValue)", reason: reason?.text)
        case .open:
            break
        }
        let view = GapView(
            viewer: try await pages.bar(viewer, path: "/gaps"), gap: gap, path: found.path,
            personName: found.names[person] ?? person.rawValue, manager: found.manager)
        return try pages.page("gap", view)
    }

    @Sendable private func record(_ request: Request, _ context: ConsoleContext, _ viewer: Viewer) async throws
        -> Response
    {
        guard viewer.role != .operator else {
            return try await pages.refusal(viewer, path: "/record", "An operator sees no one's record.")
        }
        let gaps = try await pages.store.gaps(viewer.organization, of: [viewer.person])
        let before = FormQuery(request.uri.query)["before"].flatMap { Int64($0) }
        let looks = try await pages.store.looks(viewer.organization, at: viewer.person, before: before)
        let names = try await pages.store.people(
            viewer.organization, Set(looks.compactMap { PersonID(checking: $0.actor) }))
        let view = RecordView(
            viewer: try await pages.bar(viewer, path: "/record"),
            lead: "What Onus holds about you at work, and everybody who has looked at it.",
            gaps: gaps.map { RecordView.Entry(href: Link.gap($0.gap), label: $0.label) },
            looks: looks.map { look in
                RecordView.Look(
                    at: look.at.description,
                    actor: PersonID(checking: look.actor).flatMap { names[$0]?.name } ?? look.actor,
                    action: look.action, times: look.times, reason: look.reason)
            },
            more: looks.count == ConsoleStore.lookPage ? looks.last.map { "/record?before=\($0.id)#looks" } : nil)
        return try pages.page("record", view)
    }
}

extension GapID {
    /// An identifier from outside, or `nil` where it is not one.
    init?(checking text: String) {
        do { try self.init(text) } catch { return nil }
    }
}
