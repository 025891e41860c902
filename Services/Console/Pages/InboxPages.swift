import Hummingbird
import Models

/// The viewer's own notices.
struct InboxPages: Sendable {
    let pages: Pages
    static let pageLength = 50

    /// What `before` is on the next page; `nil` on the last.
    static func next(after notices: [ConsoleStore.InboxNotice]) -> Int64? {
        notices.count == pageLength ? notices.last?.delivery : nil
    }

    func add(to router: some RouterMethods<ConsoleContext>) {
        router.get("/inbox", use: pages.signedIn(inbox))
        router.post("/inbox/:notice/read", use: pages.signedIn(read))
        router.post("/inbox/mail", use: pages.signedIn(choose))
    }

    @Sendable private func inbox(_ request: Request, _ context: ConsoleContext, _ viewer: Viewer) async throws
        -> Response
    {
        let query = FormQuery(request.uri.query)
        let before = query["before"].flatMap { Int64($0) }
        let notices = try await pages.store.inbox(
            viewer.organization, person: viewer.person, before: before, limit: Self.pageLength)
        let choice = try await pages.store.mailChoice(viewer.organization, person: viewer.person)
        let bar = try await pages.bar(viewer, path: "/inbox")
        let lead =
            notices.isEmpty
            ? "Nothing waits for you." : "What is due, to whom it falls, and one next step for each."
        let view = InboxView(
            viewer: bar, lead: lead, notices: notices.map { InboxView.Row($0) },
            more: Self.next(after: notices).map { "/inbox?before=\($0)" }, isSaved: query["mail"] == "saved",
            takesMail: choice.takesMail,
            kinds: NoticeKind.allCases.filter(\.canBeMuted).map {
                InboxView.Kind(value: $0.rawValue, title: $0.title, isTaken: !choice.muted.contains($0))
            })
        return try pages.page("inbox", view)
    }

    /// Keeps the form of what mail the viewer takes: a box that is not ticked is not sent at all.
    @Sendable private func choose(_ request: Request, _ context: ConsoleContext, _ viewer: Viewer) async throws
        -> Response
    {
        let form = FormQuery(String(buffer: try await request.body.collect(upTo: context.maxUploadSize)))
        let choice = ConsoleStore.MailChoice(
            takesMail: form["mail"] != nil,
            muted: Set(NoticeKind.allCases.filter { form["kind.\($0.rawValue)"] == nil }))
        try await pages.store.choose(choice, viewer.organization, person: viewer.person)
        return .redirect(to: "/inbox?mail=saved#mail", type: .normal)
    }

    @Sendable private func read(_ request: Request, _ context: ConsoleContext, _ viewer: Viewer) async throws
        -> Response
    {
        guard let notice = Int64(try context.segment("notice")) else {
            throw HTTPError(.notFound, message: "no such notice")
        }
        try await pages.store.markRead(viewer.organization, person: viewer.person, notice: notice)
        return .redirect(to: "/inbox", type: .normal)
    }
}

extension InboxView.Row {
    init(_ notice: ConsoleStore.InboxNotice) {
        id = notice.notice
        kind = notice.kind.split(separator: "_").joined(separator: " ")
        let kind = NoticeKind(rawValue: notice.kind)
        urgency = kind.map { NoticeTone.badge(for: $0) } ?? ""
        tone = notice.isUnread ? "unread" : "read"
        day = notice.day.description
        unread = notice.isUnread
        reason = notice.reason
        nextStep = notice.nextStep
        // Links are paths of this console; anything else would send the reader away from it.
        link = notice.link.hasPrefix("/") && !notice.link.hasPrefix("//") ? notice.link : "/inbox"
        hasEvidence = !notice.evidence.isEmpty
        evidence = notice.evidence.map { "\($0.source) \($0.id)" }
    }
}

/// How loudly a kind of notice is shown.
enum NoticeTone {
    /// The badge's class.
    static func badge(for kind: NoticeKind) -> String {
        switch kind {
        case .gapClimbed, .actionOverdue, .evidenceContested, .scoreOutsourced: "urgent"
        case .actionDue, .coachingDue, .clarityMissing, .followupDue, .surrogateCoaching: "soon"
        default: ""
        }
    }
}
