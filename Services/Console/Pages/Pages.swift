import Crypto
import HTTPTypes
import Hummingbird
import Logging
import Models

/// What the handlers of all pages share.
struct Pages: Sendable {
    let store: ConsoleStore
    let organizations: OrganizationHistories
    let effects: EffectStudies
    let templates: Templates
    let settings: ConsoleSettings
    let key: SymmetricKey
    /// Seconds since 1970.
    let now: @Sendable () -> Int64

    /// `view` as a page.
    func page(_ template: String, _ view: some Sendable, status: HTTPResponse.Status = .ok) throws -> Response {
        let html = try templates.render(template, view)
        var headers = HTTPFields()
        headers[.contentType] = "text/html; charset=utf-8"
        return Response(status: status, headers: headers, body: .init(byteBuffer: .init(string: html)))
    }

    /// The navigation of a signed-in viewer.
    func bar(_ viewer: Viewer, path: String) async throws -> ViewerBar {
        let people = try await store.people(viewer.organization, [viewer.person])
        let unread = try await store.unread(viewer.organization, person: viewer.person)
        return ViewerBar(
            viewer: viewer, name: people[viewer.person]?.name ?? viewer.person.rawValue, path: path, unread: unread)
    }

    /// The reason that a request gives for a look, where it is one. What another site wrote into a link is nobody's.
    func reason(of request: Request) -> LookReason? {
        request.isFromElsewhere ? nil : LookReason(FormQuery(request.uri.query)["reason"])
    }

    /// Whether `person` reports to the viewer today, directly or further down.
    func isBelow(_ person: PersonID, viewer: Viewer) async throws -> Bool {
        guard viewer.role == .manager else { return false }
        return try await organizations.history(of: viewer.organization).isBelow(person, viewer.person)
    }

    /// A page that refuses, in words.
    func refusal(_ viewer: Viewer, path: String, _ text: String) async throws -> Response {
        let bar = try await bar(viewer, path: path)
        let view = MessageView(
            viewer: bar, heading: "Not yours to see", text: text, reason: nil,
            href: AccessRules(viewer: viewer).home, label: "Back to your own pages")
        return try page("message", view, status: .forbidden)
    }

    /// A page that says there is nothing at the path.
    func notFound(_ viewer: Viewer, path: String, _ text: String) async throws -> Response {
        let bar = try await bar(viewer, path: path)
        let view = MessageView(
            viewer: bar, heading: "Nothing here", text: text, reason: nil, href: AccessRules(viewer: viewer).home,
            label: "Back to your own pages")
        return try page("message", view, status: .notFound)
    }
}

extension Pages {
    /// A handler for somebody who is signed in; anybody else is sent to the sign-in page, which leads back to the page
    /// that they asked for.
    func signedIn(
        _ handle: @escaping @Sendable (Request, ConsoleContext, Viewer) async throws -> Response
    ) -> @Sendable (Request, ConsoleContext) async throws -> Response {
        { request, context in
            guard let viewer = context.viewer else {
                let wanted = request.method == .post ? nil : ReturnPath(request.uri.string)
                return .redirect(to: wanted?.signIn ?? "/sign-in", type: .normal)
            }
            return try await handle(request, context, viewer)
        }
    }
}
