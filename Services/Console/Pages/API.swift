import Hummingbird
import Ledger
import Models
import ServiceKit

/// The same as the pages, as JSON: for dashboards and for people's own scripts, with the same rules.
struct API: Sendable {
    let pages: Pages

    func add(to router: some RouterMethods<ConsoleContext>) {
        router.get("/api/v1/openapi.json") { _, _ in
            var headers = HTTPFields()
            headers[.contentType] = "application/json"
            return Response(
                status: .ok, headers: headers,
                body: .init(byteBuffer: .init(bytes: PackageResources.openapi_json)))
        }
        router.get("/api/v1/managers", use: signedIn(managers))
        router.get("/api/v1/managers/:person", use: signedIn(manager))
        router.get("/api/v1/managers/:person/explanation", use: signedIn(explanation))
        router.get("/api/v1/gaps/:gap", use: signedIn(gap))
        router.get("/api/v1/programmes", use: signedIn(programmes))
        router.get("/api/v1/effects", use: signedIn(effects))
        router.get("/api/v1/inbox", use: signedIn(inbox))
    }

    private func signedIn(
        _ handle: @escaping @Sendable (Request, ConsoleContext, Viewer) async throws -> Response
    ) -> @Sendable (Request, ConsoleContext) async throws -> Response {
        { request, context in
            guard let viewer = context.viewer else {
                throw ProblemDetails(.unauthorized, detail: "Sign in first: the session cookie is missing or over.")
            }
            return try await handle(request, context, viewer)
        }
    }

    @Sendable private func managers(_ request: Request, _ context: ConsoleContext, _ viewer: Viewer) async throws
        -> Response
    {
        let rules = AccessRules(viewer: viewer)
        guard rules.scoreboard != .refused else { throw Self.refusal }
        let summaries = try await pages.summaries(viewer, managers: try await pages.visibleManagers(viewer))
        if rules.scoreboard == .logged {
            try await pages.store.log(
                viewer, lookedAt: summaries.rows.map(\.score.manager), what: "scoreboard", reason: nil, isDaily: true)
        }
        return .json([
            "asOf": summaries.day.map { .string($0.description) } ?? .null,
            "managers": .array(summaries.rows.map { Self.json($0) }),
        ])
    }

    @Sendable private func manager(_ request: Request, _ context: ConsoleContext, _ viewer: Viewer) async throws
        -> Response
    {
        .json(Self.json(try await score(context, viewer, reason: nil).row))
    }

    @Sendable private func explanation(_ request: Request, _ context: ConsoleContext, _ viewer: Viewer) async throws
        -> Response
    {
        let reason = try reason(of: request)
        let (day, row, isNamed) = try await score(context, viewer, reason: reason)
        var earlier = day - Pages.usualDistance
        if let since = FormQuery(request.uri.query)["since"] {
            guard let asked = Day(since), asked < day else {
                throw ProblemDetails(.badRequest, detail: "since: expected a date before \(day), YYYY-MM-DD")
            }
            earlier = asked
        }
        let (explanation, _) = try await pages.explanation(of: row.score.manager, viewer, on: day, since: earlier)
        guard isNamed else { return .json(explanation.impersonalJSON) }
        try await pages.logEvidence(viewer, of: explanation.people, reason: reason)
        return .json(explanation.json)
    }

    /// The score that a path names, where the viewer may see it, and whether its people may be named; the look at the
    /// score is logged.
    private func score(
        _ context: ConsoleContext, _ viewer: Viewer, reason: LookReason?
    ) async throws -> (day: Day, row: ManagerSummary, isNamed: Bool) {
        guard let manager = PersonID(checking: try context.segment("person")) else { throw Self.nothing }
        let isBelow = try await pages.isBelow(manager, viewer: viewer)
        let rules = AccessRules(viewer: viewer)
        switch rules.managerScore(of: manager, isBelow: isBelow) {
        case .refused, .needsReason: throw Self.refusal
        case .logged: try await pages.store.log(viewer, lookedAt: [manager], what: "score", reason: nil)
        case .open: break
        }
        let found = try await pages.summaries(viewer, managers: [manager])
        guard let day = found.day, let row = found.rows.first else { throw Self.nothing }
        return (day, row, rules.evidence(of: manager, isBelow: isBelow, hasReason: reason != nil) == .logged)
    }

    /// - Throws: 422 for something that is no reason.
    private func reason(of request: Request) throws(ProblemDetails) -> LookReason? {
        if let given = FormQuery(request.uri.query)["reason"], LookReason(given) == nil {
            throw ProblemDetails(
                .unprocessableContent, detail: "reason: expected 5 to 500 characters of text, got something else")
        }
        return pages.reason(of: request)
    }

    @Sendable private func gap(_ request: Request, _ context: ConsoleContext, _ viewer: Viewer) async throws -> Response
    {
        guard let gap = GapID(checking: try context.segment("gap")),
            let found = try await pages.gapPath(gap, viewer: viewer)
        else { throw Self.nothing }
        let person = found.path.person
        let reason = try reason(of: request)
        let isBelow = try await pages.isBelow(person, viewer: viewer)
        switch AccessRules(viewer: viewer).record(of: person, isBelow: isBelow, hasReason: reason != nil) {
        case .refused: throw Self.nothing
        case .needsReason:
            throw ProblemDetails(.forbidden, detail: "Give a reason of 5 to 500 characters as the parameter reason.")
        case .logged:
            try await pages.store.log(viewer, lookedAt: [person], what: "gap \(gap.rawValue)", reason: reason?.text)
        case .open: break
        }
        let steps = found.path.entries.map { entry -> JSONValue in
            [
                "station": .string(entry.station.rawValue), "day": .string(entry.day.description),
                "text": .string(entry.text), "event": Self.json(entry.event),
            ]
        }
        return .json([
            "gap": .string(gap.rawValue), "person": .string(person.rawValue),
            "manager": found.manager.map { .string($0.id.rawValue) } ?? .null,
            "cause": .string(found.path.cause.rawValue), "state": .string(found.path.state.rawValue),
            "path": .array(steps),
        ])
    }

    @Sendable private func programmes(_ request: Request, _ context: ConsoleContext, _ viewer: Viewer) async throws
        -> Response
    {
        guard AccessRules(viewer: viewer).programmes != .refused else { throw Self.refusal }
        let (day, rows) = try await pages.store.programmes(viewer.organization)
        let programmes = rows.map { row -> JSONValue in
            [
                "programme": .string(row.programme), "status": .string(row.status),
                "delivered": .number(JSONNumber(row.delivered)), "changed": .number(JSONNumber(row.changed)),
                "accountabilityGap": .number(JSONNumber(row.gap)),
            ]
        }
        return .json(["asOf": day.map { .string($0.description) } ?? .null, "programmes": .array(programmes)])
    }

    @Sendable private func effects(_ request: Request, _ context: ConsoleContext, _ viewer: Viewer) async throws
        -> Response
    {
        guard AccessRules(viewer: viewer).effects != .refused else { throw Self.refusal }
        let cause = try Self.cause(FormQuery(request.uri.query)["cause"])
        return .json(try await pages.effectsReport(viewer, cause: cause).json)
    }

    /// - Throws: 422 for something that is no cause.
    private static func cause(_ text: String?) throws(ProblemDetails) -> Cause? {
        guard let text else { return nil }
        guard let cause = Cause(rawValue: text) else {
            throw ProblemDetails(
                .unprocessableContent,
                detail: "cause: expected one of \(Cause.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return cause
    }

    @Sendable private func inbox(_ request: Request, _ context: ConsoleContext, _ viewer: Viewer) async throws
        -> Response
    {
        var before: Int64?
        if let given = FormQuery(request.uri.query)["before"] {
            before = Int64(given)
            guard before != nil else {
                throw ProblemDetails(
                    .unprocessableContent, detail: "before: expected a whole number, got something else")
            }
        }
        let notices = try await pages.store.inbox(
            viewer.organization, person: viewer.person, before: before, limit: InboxPages.pageLength)
        let items = notices.map { notice -> JSONValue in
            [
                "id": .number(JSONNumber(Int(notice.notice))), "kind": .string(notice.kind),
                "day": .string(notice.day.description), "reason": .string(notice.reason),
                "nextStep": .string(notice.nextStep), "link": .string(notice.link),
                "unread": .bool(notice.isUnread), "evidence": .array(notice.evidence.map { Self.json($0) }),
            ]
        }
        let next = InboxPages.next(after: notices).map { JSONValue.string("/api/v1/inbox?before=\($0)") }
        return .json(["notices": .array(items), "next": next ?? .null])
    }

    private static let refusal = ProblemDetails(.forbidden, detail: "This is not yours to see in that role.")
    private static let nothing = ProblemDetails(.notFound, detail: "There is nothing of that name that you may see.")

    private static func json(_ event: EventIdentity) -> JSONValue {
        ["source": .string(event.source), "id": .string(event.id)]
    }

    private static func json(_ summary: ManagerSummary) -> JSONValue {
        var members = JSONObject()
        members.append("manager", .string(summary.score.manager.rawValue))
        members.append("name", .string(summary.name))
        members.append("unit", summary.unit.map { .string($0) } ?? .null)
        for member in summary.score.json.object?.members ?? [] { members.append(member) }
        return .object(members)
    }
}
