import HTTPTypes
import Hummingbird
import Models
import Schema
import ServiceKit

/// xAPI 1.0.3 and 2.0 below `/xapi`.
///
/// Every path answers every method, so that 404, 405 and 501 carry xAPI's header fields too.
struct XAPIRoutes: Sendable {
    typealias Handler = @Sendable (XAPIRequest) async throws -> Response

    private let statements: XAPIStatements
    private let tokens: TokenVerifier
    private let admission: Admission
    private let gate: BacklogGate
    private static let methods: [HTTPRequest.Method] = [.get, .post, .put, .patch, .delete]

    /// What xAPI has and Onus has not, with the methods that it takes there; by POST also the others, as a form.
    static let absent: [(path: String, methods: [HTTPRequest.Method])] = [
        ("activities", [.get, .post]), ("activities/state", [.get, .put, .post, .delete]),
        ("activities/profile", [.get, .put, .post, .delete]), ("agents", [.get, .post]),
        ("agents/profile", [.get, .put, .post, .delete]),
    ]

    init(_ statements: XAPIStatements, tokens: TokenVerifier, admission: Admission, gate: BacklogGate) {
        self.statements = statements
        self.tokens = tokens
        self.admission = admission
        self.gate = gate
    }

    func add(to router: Router<ServiceRequestContext>) {
        let middleware = XAPIMiddleware(statements.consistency)
        let open = router.group("\(XAPIRequest.path)").add(middleware: middleware)
        let nothing = ProblemDetails(.notFound, detail: "There is nothing at this path.")
        for path in ["", "**", "about/**"] { refuse(path, in: open, Self.methods, nothing) }
        open.get("about") { request, _ -> Response in
            let version = XAPIVersion(HTTPField.Name.xapiVersion.flatMap { request.headers[$0] })
            return Response.json(["version": XAPIVersion.known(to: version), "extensions": [:]])
        }
        refuse("about", in: open, Self.methods.filter { $0 != .get }, Self.notAllowed("GET, HEAD"))

        let group = router.group("\(XAPIRequest.path)")
            .add(middleware: middleware)
            .add(middleware: TokenAuthentication(tokens, roles: [.lms], acceptsBasic: true))
        let handler = XAPIStatementsHandler(statements: statements, limits: tokens.limits, gate: gate)
        add(.get, to: group, handler.get)
        add(.put, to: group, handler.put)
        add(.post, to: group) { request in
            // Of the alternate syntax a form may say another method.
            switch request.request.method {
            case .get: try await handler.get(request)
            case .put: try await handler.put(request)
            case .post: try await handler.post(request)
            default: throw Self.notAllowed("GET, HEAD, POST, PUT")
            }
        }
        refuse("statements", in: group, [.patch, .delete], Self.notAllowed("GET, HEAD, POST, PUT"))
        refuse("statements/**", in: group, Self.methods, nothing)
        for (path, methods) in Self.absent {
            refuse(
                path, in: group, methods,
                ProblemDetails(
                    .notImplemented,
                    detail: "Onus takes statements; it keeps no state and no profiles of activities and agents."))
            let allow = methods.map(\.rawValue).sorted().joined(separator: ", ")
            refuse(path, in: group, Self.methods.filter { !methods.contains($0) }, Self.notAllowed(allow))
            refuse("\(path)/**", in: group, Self.methods, nothing)
        }
    }

    private func add(
        _ method: HTTPRequest.Method, to group: RouterGroup<ServiceRequestContext>, _ handler: @escaping Handler
    ) {
        group.on("statements", method: method) { [admission] request, context in
            let length = request.headers[.contentLength].flatMap { Int($0) }
            // A page read back is as large as one brought may be.
            let bytes = method == .get ? Limits.sliceBytes : min(length ?? Limits.body, Limits.body)
            return try await admission.admit(bytes: bytes) {
                try await handler(try XAPIRequest(request, context))
            }
        }
    }

    private func refuse(
        _ path: String, in group: RouterGroup<ServiceRequestContext>, _ methods: [HTTPRequest.Method],
        _ problem: ProblemDetails
    ) {
        for method in methods {
            group.on(RouterPath(path), method: method) { _, _ -> Response in throw problem }
        }
    }

    private static func notAllowed(_ allow: String) -> ProblemDetails {
        ProblemDetails(
            .methodNotAllowed, detail: "This path takes \(allow).", headers: [.allow: allow])
    }
}
