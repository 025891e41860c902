import Accountability
import Models

extension Pages {
    /// One manager's page, or `nil` where the manager has no score.
    func managerView(_ manager: PersonID, viewer: Viewer) async throws -> ManagerView? {
        let found = try await summaries(viewer, managers: [manager])
        guard let summary = found.rows.first, let day = found.day else { return nil }
        let policy = Policy.standard
        let line = try await organizations.history(of: viewer.organization)
        let trials = try await trials(of: manager, organization: viewer.organization, day: day, policy: policy)
        let reports = line.reports(of: manager)
        let gaps = try await store.gaps(viewer.organization, of: reports)
        let involved = Set(trials.map(\.person)).union(reports)
        let people = try await store.people(viewer.organization, involved)
        // What a gap is about is the line's; HR reads it on the gap's own page, with a reason.
        let words = viewer.role == .manager
        let name = { (person: PersonID) in people[person]?.name ?? person.rawValue }
        let score = summary.score
        return ManagerView(
            viewer: try await bar(viewer, path: "/managers"), asOf: day.description,
            back: AccessRules(viewer: viewer).scoreboard != .refused, name: summary.name, title: summary.title ?? "",
            unit: summary.unit, status: score.status.rawValue,
            score: score.score.map { Figure.fixed($0, 1) } ?? "–", range: score.range, reading: score.reading,
            interval: IntervalDrawing(of: score, policy: policy),
            measures: Measure.allCases.compactMap { measure in
                score.measures[measure].map { ManagerView.MeasureRow(measure, $0, policy: policy) }
            },
            evidence: ManagerView.Evidence.of(trials, name: name), hasReports: !reports.isEmpty,
            reports: reports.map { person in
                ManagerView.Report(
                    name: name(person), role: people[person]?.role ?? "",
                    gaps: gaps.filter { $0.person == person && $0.isOpen }
                        .map { RecordView.Entry(href: Link.gap($0.gap), label: words ? $0.label : $0.gap.rawValue) })
            })
    }

    /// Every trial of the manager's measures on `day`, pending ones included.
    private func trials(
        of manager: PersonID, organization: OrganizationID, day: Day, policy: Policy
    ) async throws -> [Trial] {
        let events = try await store.evidence(for: manager, organization, asOf: day)
        let history = Organization(events: try await store.organizationEvents(organization, asOf: day), asOf: day)
        let index = UnitIndex(events)
        let scorer = UnitScorer(organization: history, policy: policy)
        // People without an event of their own still count: nobody has coached them, or gone through their role.
        let units = Set(index.units).union(history.reports(of: manager, on: day))
            .union(history.people.filter { history.managersEver(of: $0).contains(manager) })
        return units.flatMap { scorer.trials(index.facts(of: $0)).filter { $0.manager == manager } }
    }
}
