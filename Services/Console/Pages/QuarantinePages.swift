import EventLog
import HTTPTypes
import Hummingbird
import Models

/// Rejected events, for operators: why, what would make them valid, and what is to become of them.
struct QuarantinePages: Sendable {
    let pages: Pages
    private static let path = "/quarantine"

    /// The fields of the page's form. `then` is the button: `check`, `release` or `drop`.
    private struct Form: Decodable {
        let event: String?
        let then: String
    }

    func add(to router: some RouterMethods<ConsoleContext>) {
        router.get("/quarantine", use: pages.signedIn(list))
        router.get("/quarantine/:id", use: pages.signedIn(show))
        router.post("/quarantine/:id", use: pages.signedIn(act))
    }

    @Sendable private func list(_ request: Request, _ context: ConsoleContext, _ viewer: Viewer) async throws
        -> Response
    {
        guard AccessRules(viewer: viewer).quarantine == .open else { return try await refusal(viewer) }
        let query = FormQuery(request.uri.query)
        let state = query["state"].flatMap(QuarantinedEvent.State.init(rawValue:)) ?? .held
        let after = query["after"].flatMap { Int64($0) } ?? 0
        let events = try await pages.store.withQuarantine(viewer.organization) { desk, _ in
            try await desk.list(state, after: after, limit: ConsoleStore.quarantinePage)
        }
        let view = QuarantineListView(
            viewer: try await pages.bar(viewer, path: Self.path), state: state, events: events,
            next: events.count == ConsoleStore.quarantinePage ? events.last?.id : nil)
        return try pages.page("quarantine", view)
    }

    @Sendable private func show(_ request: Request, _ context: ConsoleContext, _ viewer: Viewer) async throws
        -> Response
    {
        guard AccessRules(viewer: viewer).quarantine == .open else { return try await refusal(viewer) }
        guard let id = Int64(try context.segment("id")), let event = try await find(id, viewer) else {
            return try await pages.notFound(viewer, path: Self.path, "There is no rejected event of that number.")
        }
        return try await page(event, viewer, said: nil, status: .ok)
    }

    @Sendable private func act(_ request: Request, _ context: ConsoleContext, _ viewer: Viewer) async throws -> Response
    {
        guard AccessRules(viewer: viewer).quarantine == .open else { return try await refusal(viewer) }
        let form: Form
        do {
            form = try await URLEncodedFormDecoder().decode(Form.self, from: request, context: context)
        } catch let error as any HTTPResponseError where error.status == .contentTooLarge {
            throw error
        } catch {
            throw HTTPError(.badRequest, message: "expected the form fields event and then")
        }
        guard let id = Int64(try context.segment("id")), let event = try await find(id, viewer) else {
            return try await pages.notFound(viewer, path: Self.path, "There is no rejected event of that number.")
        }
        guard event.state == .held else {
            return try await page(event, viewer, said: "Somebody has settled it meanwhile.", status: .conflict)
        }
        if form.then == "drop" {
            _ = try await pages.store.withQuarantine(viewer.organization) { desk, _ in
                try await desk.discard(id, by: viewer.person.rawValue)
            }
            return .redirect(to: Self.path, type: .normal)
        }
        return try await correct(event, to: form.event ?? "", isReleased: form.then == "release", viewer)
    }

    /// Keeps the text of the form, and where it is valid and wanted asks ingestion to store it.
    private func correct(
        _ event: QuarantinedEvent, to text: String, isReleased: Bool, _ viewer: Viewer
    ) async throws -> Response {
        func again(_ said: String) async throws -> Response {
            try await page(event, viewer, said: said, typed: text, status: .unprocessableContent)
        }
        let structured: JSONValue
        do {
            structured = try JSONParser.parse(Array(text.utf8))
        } catch {
            return try await again("\(error)")
        }
        // A body that can't be parsed is none that somebody sends back as it stands.
        if event.isVendors, let body = event.body, structured == (try? JSONParser.parse(body)) {
            guard isReleased else {
                return try await again(
                    "A vendor's call: what its connector makes of it shows when it is released.")
            }
            let stands = try await pages.store.withQuarantine(viewer.organization) { desk, _ in
                try await desk.approve(event.id, by: viewer.person.rawValue)
            }
            guard stands else { return try await again("Somebody has settled it meanwhile.") }
            return .redirect(to: Self.path, type: .normal)
        }
        let rules = try await pages.store.withQuarantine(viewer.organization) { _, rules in rules }
        let correction: Correction
        do {
            correction = try Correction(structured, of: event, minimising: rules)
        } catch {
            return try await again("\(error)")
        }
        let isValid = correction.problem == nil
        let stands = try await pages.store.withQuarantine(viewer.organization) { desk, _ in
            guard try await desk.fix(event.id, text: correction) else { return false }
            guard isReleased, isValid else { return true }
            return try await desk.approve(event.id, by: viewer.person.rawValue)
        }
        guard stands else { return try await again("Somebody has settled it meanwhile.") }
        if let problem = correction.problem { return try await again("Kept, but still rejected: \(problem)") }
        return .redirect(to: isReleased ? Self.path : "\(Self.path)/\(event.id)", type: .normal)
    }

    private func find(_ id: Int64, _ viewer: Viewer) async throws -> QuarantinedEvent? {
        try await pages.store.withQuarantine(viewer.organization) { desk, _ in try await desk.find(id) }
    }

    private func page(
        _ event: QuarantinedEvent, _ viewer: Viewer, said: String?, typed: String? = nil, status: HTTPResponse.Status
    ) async throws -> Response {
        let view = QuarantineView(
            viewer: try await pages.bar(viewer, path: Self.path), event: event, said: said, typed: typed)
        return try pages.page("rejected", view, status: status)
    }

    private func refusal(_ viewer: Viewer) async throws -> Response {
        try await pages.refusal(viewer, path: Self.path, "Rejected events are an operator's work.")
    }
}
