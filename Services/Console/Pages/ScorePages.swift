import Hummingbird
import Models

/// The scoreboard, a manager's page and the programmes.
struct ScorePages: Sendable {
    let pages: Pages

    func add(to router: some RouterMethods<ConsoleContext>) {
        router.get("/managers", use: pages.signedIn(scoreboard))
        router.get("/managers/:person", use: pages.signedIn(manager))
        router.get("/programmes", use: pages.signedIn(programmes))
    }

    @Sendable private func scoreboard(_ request: Request, _ context: ConsoleContext, _ viewer: Viewer) async throws
        -> Response
    {
        let rules = AccessRules(viewer: viewer)
        guard rules.scoreboard != .refused else {
            return try await pages.refusal(viewer, path: "/managers", "The scoreboard is for managers and for HR.")
        }
        let visible = try await pages.visibleManagers(viewer)
        let summaries = try await pages.summaries(viewer, managers: visible)
        if rules.scoreboard == .logged {
            try await pages.store.log(
                viewer, lookedAt: summaries.rows.map(\.score.manager), what: "scoreboard", reason: nil, isDaily: true)
        }
        let query = FormQuery(request.uri.query)
        let filter = ScoreboardFilter(
            text: query["q"] ?? "", status: query["status"].flatMap(ManagerStatus.init),
            order: query["order"].flatMap(ScoreboardFilter.Order.init) ?? .highest)
        let policy = try await pages.store.policy(viewer.organization, on: summaries.day)
        let view = ScoreboardView(
            viewer: try await pages.bar(viewer, path: "/managers"), asOf: summaries.day, scores: summaries.rows,
            filter: filter, policy: policy, isWhole: visible == nil)
        return try pages.page("scoreboard", view)
    }

    @Sendable private func manager(_ request: Request, _ context: ConsoleContext, _ viewer: Viewer) async throws
        -> Response
    {
        guard let manager = PersonID(checking: try context.segment("person")) else {
            return try await pages.notFound(viewer, path: "/managers", "That is no identifier of a person.")
        }
        let isBelow = try await pages.isBelow(manager, viewer: viewer)
        let rules = AccessRules(viewer: viewer)
        switch rules.managerScore(of: manager, isBelow: isBelow) {
        case .refused, .needsReason:
            return try await pages.refusal(
                viewer, path: "/managers", "A manager's score is for the manager, the leaders above and HR.")
        case .logged:
            try await pages.store.log(viewer, lookedAt: [manager], what: "score", reason: nil)
        case .open:
            break
        }
        let query = FormQuery(request.uri.query)
        let reason = pages.reason(of: request)
        let isNamed = rules.evidence(of: manager, isBelow: isBelow, hasReason: reason != nil) == .logged
        guard
            let (view, people) = try await pages.managerView(
                manager, viewer: viewer, reason: reason, isNamed: isNamed, since: query["since"].flatMap { Day($0) },
                isWhole: query["show"] == "all")
        else {
            return try await pages.notFound(
                viewer, path: "/managers", "No measure applies to this person: there is no score.")
        }
        try await pages.logEvidence(viewer, of: people, reason: reason)
        return try pages.page("manager", view)
    }

    @Sendable private func programmes(_ request: Request, _ context: ConsoleContext, _ viewer: Viewer) async throws
        -> Response
    {
        guard AccessRules(viewer: viewer).programmes != .refused else {
            return try await pages.refusal(viewer, path: "/programmes", "Programmes are for L&D and HR.")
        }
        let (day, rows) = try await pages.store.programmes(viewer.organization)
        let view = ProgrammesView(
            viewer: try await pages.bar(viewer, path: "/programmes"), asOf: day?.description, rows: rows)
        return try pages.page("programmes", view)
    }
}

extension Pages {
    /// Writes that the people behind a manager's score were shown with their gaps and coaching.
    func logEvidence(_ viewer: Viewer, of people: Set<PersonID>, reason: LookReason?) async throws {
        try await store.log(viewer, lookedAt: people, what: "gaps and coaching", reason: reason?.text)
    }

    /// The managers whose scores the viewer may see; `nil` for all.
    func visibleManagers(_ viewer: Viewer) async throws -> [PersonID]? {
        guard viewer.role == .manager else { return nil }
        let history = try await organizations.history(of: viewer.organization)
        return [viewer.person] + history.managersBelow(viewer.person)
    }

    /// The scoreboard's lines before they are drawn.
    func summaries(_ viewer: Viewer, managers: [PersonID]?) async throws -> (day: Day?, rows: [ManagerSummary]) {
        let (day, scores) = try await store.scores(viewer.organization, managers: managers)
        let people = try await store.people(viewer.organization, scores.map(\.manager))
        let rows = scores.map { score in
            let entry = people[score.manager]
            return ManagerSummary(
                score: score, name: entry?.name ?? score.manager.rawValue, title: entry?.role, unit: entry?.unit)
        }
        return (day, rows)
    }
}
