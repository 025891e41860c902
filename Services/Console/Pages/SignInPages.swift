import Hummingbird
import Models

/// Signing in and out. The only way in so far is the development sign-in: on loopback, and only when asked for.
struct SignInPages: Sendable {
    let pages: Pages

    private struct Form: Decodable {
        let person: String
        let role: String
        /// The page to go to.
        let `return`: String?
    }

    func add(to router: some RouterMethods<ConsoleContext>) {
        router.get("/") { _, context in
            guard let viewer = context.viewer else { return Response.redirect(to: "/sign-in", type: .normal) }
            return .redirect(to: AccessRules(viewer: viewer).home, type: .normal)
        }
        router.get("/sign-in") { request, _ in
            try await form(
                problem: nil, person: "", role: nil, destination: ReturnPath(FormQuery(request.uri.query)["return"]),
                isOffered: isOffered(request), status: .ok)
        }
        router.post("/sign-out") { _, _ in
            var response = Response.redirect(to: "/sign-in", type: .normal)
            response.setCookie(cookie("", maxAge: 0))
            return response
        }
        guard pages.settings.developmentSignIn else { return }
        router.post("/sign-in/development") { request, context in
            guard isOffered(request) else {
                throw HTTPError(.forbidden, message: "The development sign-in is for http://127.0.0.1 and localhost.")
            }
            let form: Form
            do {
                form = try await URLEncodedFormDecoder().decode(Form.self, from: request, context: context)
            } catch let error as any HTTPResponseError where error.status == .contentTooLarge {
                throw error
            } catch {
                throw HTTPError(.badRequest, message: "expected the form fields person and role")
            }
            return try await signIn(person: form.person, role: form.role, destination: ReturnPath(form.return))
        }
    }

    /// Whether the development sign-in is there for whoever sent this request: somebody on this machine alone.
    private func isOffered(_ request: Request) -> Bool {
        // A name of somebody else's may be made to mean 127.0.0.1, and then their page would be of our origin; and a
        // proxy on this machine may put 127.0.0.1 in the place of the name that it was called by.
        pages.settings.developmentSignIn && LoopbackName.isOwn(request.head.authority) && !request.isForwarded
    }

    private func signIn(person: String, role: String, destination: ReturnPath?) async throws -> Response {
        let known = ConsoleRole(rawValue: role)
        func refused(_ problem: String) async throws -> Response {
            try await form(
                problem: problem, person: person, role: known, destination: destination, isOffered: true,
                status: .unprocessableContent)
        }
        guard let role = known else {
            return try await refused("role: expected employee, manager, l-and-d, hr or operator.")
        }
        guard let id = PersonID(checking: person) else {
            return try await refused("person: expected an identifier of 1 to 200 characters.")
        }
        guard let organization = try await pages.store.organization(named: pages.settings.organization) else {
            return try await refused("There is no organisation \(pages.settings.organization).")
        }
        var isKnown = try await pages.store.people(organization, [id])[id] != nil
        // The organisation's two contacts may come from outside it.
        if !isKnown { isKnown = try await pages.store.isContact(id, of: organization) }
        guard isKnown else {
            return try await refused("Nobody of this organisation has that identifier.")
        }
        let viewer = Viewer(organization: organization, person: id, role: role)
        let session = Session(viewer: viewer, expires: pages.now() + Session.lifetimeSeconds)
        var response = Response.redirect(
            to: destination?.text ?? AccessRules(viewer: viewer).home, type: .normal)
        response.setCookie(cookie(session.sealed(with: pages.key), maxAge: Int(Session.lifetimeSeconds)))
        return response
    }

    /// Lax, since people come from links in their mail; what changes something is a POST, and those are guarded by
    /// ``SessionMiddleware``.
    private func cookie(_ value: String, maxAge: Int) -> Cookie {
        Cookie(
            name: Session.cookieName, value: value, maxAge: maxAge, path: "/", secure: pages.settings.isSecure,
            httpOnly: true, sameSite: .lax)
    }

    private func form(
        problem: String?, person: String, role: ConsoleRole?, destination: ReturnPath?, isOffered: Bool,
        status: HTTPResponse.Status
    ) async throws -> Response {
        var people: [SignInView.Suggestion] = []
        if isOffered,
            let organization = try await pages.store.organization(named: pages.settings.organization)
        {
            let suggested = try await pages.store.suggestions(organization)
            let entries = try await pages.store.people(organization, suggested)
            people = suggested.map { .init(id: $0.rawValue, name: entries[$0]?.name ?? $0.rawValue) }
        }
        let roles = ConsoleRole.allCases.map {
            SignInView.Choice(value: $0.rawValue, label: $0.label, selected: $0 == (role ?? .manager))
        }
        let view = SignInView(
            isOffered: isOffered, isForThisMachine: pages.settings.developmentSignIn, problem: problem,
            person: person, destination: destination?.text, people: people, roles: roles)
        return try pages.page("sign-in", view, status: status)
    }
}
