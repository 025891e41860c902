import Accountability
import Ledger
import Models

extension Pages {
    /// How many days back a page compares with where nobody asks for another day.
    static let usualDistance = 7
    /// Of how many people below, a page asks whose trials may have left since.
    private static let belowLimit = 1_000

    /// One manager's page and whom it names, or `nil` where the manager has no score.
    ///
    /// - Parameters:
    ///   - reason: What the viewer gave as one: the page's own links keep it.
    ///   - isNamed: Whether the viewer may see whose the trials and gaps are. Otherwise the page shows what decided, and
    ///     names nobody.
    ///   - since: The day to compare with; a week ago where it is `nil` or not before the scored day.
    ///   - isWhole: Whether every line of every list is shown.
    func managerView(
        _ manager: PersonID, viewer: Viewer, reason: LookReason?, isNamed: Bool, since: Day?, isWhole: Bool
    ) async throws -> (view: ManagerView, people: Set<PersonID>)? {
        let found = try await summaries(viewer, managers: [manager])
        guard let summary = found.rows.first, let day = found.day else { return nil }
        let line = try await organizations.history(of: viewer.organization)
        let earlier = since.flatMap { $0 < day ? $0 : nil } ?? day - Self.usualDistance
        let (explanation, isComplete) = try await explanation(of: manager, viewer, on: day, since: earlier)
        let published = try await store.published(manager, viewer.organization, on: earlier)
        let reports = isNamed ? line.reports(of: manager) : []
        let gaps = try await store.gaps(viewer.organization, of: reports)
        let involved = isNamed ? explanation.people.union(reports) : []
        let people = try await store.people(viewer.organization, involved)
        // What a gap is about is the line's; HR reads it on the gap's own page, with a reason.
        let words = viewer.role == .manager
        let name = { (person: PersonID) in isNamed ? people[person]?.name ?? person.rawValue : "" }
        let score = summary.score
        let points = score.points(policy: explanation.policy)
        let listing = Listing(of: manager, since: earlier, reason: reason, isWhole: isWhole)
        let (due, moreDue) = listing.cut(
            ManagerView.Due.of(explanation.entries, name: name), to: ManagerView.Due.limit, anchor: "due"
        ) { "\($0) more fall due later." }
        let view = ManagerView(
            viewer: try await bar(viewer, path: "/managers"), asOf: day.description,
            back: AccessRules(viewer: viewer).scoreboard != .refused, name: summary.name, title: summary.title ?? "",
            unit: summary.unit, status: score.status.rawValue,
            score: score.score.map { Figure.fixed($0, 1) } ?? "–", range: score.range,
            reading: score.reading(policy: explanation.policy), policy: "policy \(explanation.policy.version)",
            interval: IntervalDrawing(of: score, policy: explanation.policy),
            measures: Measure.allCases.compactMap { measure in
                score.measures[measure].map {
                    ManagerView.MeasureRow(measure, $0, points[measure], policy: explanation.policy)
                }
            },
            isNamed: isNamed, ask: isNamed ? nil : Link.manager(manager), reason: reason?.text,
            hasSteps: !explanation.nextSteps.isEmpty,
            steps: explanation.nextSteps.map { ManagerView.Step($0, name: name) },
            ahead: explanation.nextSteps.first?.aheadOn.description ?? "", hasDue: !due.isEmpty,
            due: due, moreDue: moreDue,
            since: explanation.difference.map {
                ManagerView.Since($0, published: published, isWhole: isComplete, listing, name: name)
            },
            evidence: ManagerView.Evidence.of(explanation.entries, listing, name: name), hasReports: !reports.isEmpty,
            reports: reports.map { person in
                ManagerView.Report(
                    name: name(person), role: people[person]?.role ?? "",
                    gaps: gaps.filter { $0.person == person && $0.isOpen }
                        .map { RecordView.Entry(href: Link.gap($0.gap), label: words ? $0.label : $0.gap.rawValue) })
            })
        return (view, involved)
    }

    /// A manager's score with every trial, from the facts, and the difference from an earlier day.
    ///
    /// People without an event of their own count too: nobody has coached them, or gone through their role.
    ///
    /// - Returns: also whether everybody was asked whose trials may have left since the earlier day.
    func explanation(
        of manager: PersonID, _ viewer: Viewer, on day: Day, since earlier: Day
    ) async throws -> (explanation: Explanation, isWhole: Bool) {
        let line = try await organizations.history(of: viewer.organization)
        let below = line.everBelow(manager, limit: Self.belowLimit)
        let facts = try await store.explainingFacts(
            for: manager, viewer.organization, people: below ?? line.everReported(to: manager))
        let explanation = Explanation(
            of: manager,
            Assessment(events: facts.events, asOf: day, policy: facts.policies.policy(on: day)), among: facts.units,
            since: Assessment(events: facts.events, asOf: earlier, policy: facts.policies.policy(on: earlier)))
        return (explanation, below != nil)
    }
}
