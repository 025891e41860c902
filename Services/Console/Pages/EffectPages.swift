import Accountability
import Hummingbird
import Ledger
import Models

/// What closes gaps here, and what one programme changed.
struct EffectPages: Sendable {
    let pages: Pages

    func add(to router: some RouterMethods<ConsoleContext>) {
        router.get("/effects", use: pages.signedIn(effects))
        router.get("/programmes/:programme", use: pages.signedIn(programme))
    }

    @Sendable private func effects(_ request: Request, _ context: ConsoleContext, _ viewer: Viewer) async throws
        -> Response
    {
        let rules = AccessRules(viewer: viewer)
        guard rules.effects != .refused else {
            return try await pages.refusal(viewer, path: "/effects", "What closes gaps is for managers, L&D and HR.")
        }
        let cause = FormQuery(request.uri.query)["cause"].flatMap(Cause.init(rawValue:))
        let view = EffectsView(
            viewer: try await pages.bar(viewer, path: "/effects"),
            report: try await pages.effectsReport(viewer, cause: cause), isOwnUnit: viewer.role == .manager,
            showsProgrammes: rules.programmes != .refused)
        return try pages.page("effects", view)
    }

    @Sendable private func programme(_ request: Request, _ context: ConsoleContext, _ viewer: Viewer) async throws
        -> Response
    {
        guard AccessRules(viewer: viewer).programmes != .refused else {
            return try await pages.refusal(viewer, path: "/programmes", "Programmes are for L&D and HR.")
        }
        let raw = try context.segment("programme")
        let report = try await pages.effects.answer(for: viewer.organization).report
        let row = try await pages.store.programmes(viewer.organization).rows.first { $0.programme == raw }
        let known = report.programmes.first { $0.programme.rawValue == raw }
        guard let effect = known ?? (row == nil ? nil : Self.nothing(of: raw, report)) else {
            return try await pages.notFound(viewer, path: "/programmes", "Nobody completed a programme of that name.")
        }
        let view = ProgrammeView(
            viewer: try await pages.bar(viewer, path: "/programmes"), asOf: report.asOf.description, effect: effect,
            row: row, design: report.design)
        return try pages.page("programme", view)
    }

    /// A programme that nobody with a gap completed.
    private static func nothing(of programme: String, _ report: EffectsReport) -> ProgrammeEffect? {
        EffectStudy(courses: [], asOf: report.asOf).effects(of: [ProgrammeID(unchecked: programme)]).first
    }
}

extension Pages {
    /// The closure rates that the viewer may see, and for those who see programmes what these changed.
    func effectsReport(_ viewer: Viewer, cause: Cause?) async throws -> EffectsReport {
        let answer = try await effects.answer(for: viewer.organization)
        let whole = answer.report.programmes
        guard viewer.role == .manager else {
            return cause == nil ? answer.report : EffectsReport(answer.study, cause: cause, programmes: whole)
        }
        let line = try await organizations.history(of: viewer.organization)
        return EffectsReport(answer.study, cause: cause, programmes: [ProgrammeEffect]()) {
            line.isBelow($0, viewer.person)
        }
    }
}
