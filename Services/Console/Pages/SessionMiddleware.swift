import Crypto
import HTTPTypes
import Hummingbird

/// Reads the session cookie, and refuses a form that another site sent.
struct SessionMiddleware: RouterMiddleware {
    let key: SymmetricKey
    /// Where people reach the console; `nil` where only the request's host tells.
    let publicOrigin: WebOrigin?
    /// Seconds since 1970.
    let now: @Sendable () -> Int64

    @concurrent
    func handle(
        _ request: Request, context: ConsoleContext,
        next: @concurrent (Request, ConsoleContext) async throws -> Response
    ) async throws -> Response {
        // The cookie is SameSite=Lax already; the headers catch what an old browser, or a neighbour on the same site,
        // would let through.
        if request.method == .post, isForeign(request) {
            throw HTTPError(.forbidden, message: "A form can only be sent from a page of this console.")
        }
        var context = context
        if let cookie = request.cookies[Session.cookieName]?.value {
            context.viewer = Session.opened(cookie, with: key, now: now())?.viewer
        }
        return try await next(request, context)
    }

    private func isForeign(_ request: Request) -> Bool {
        if request.isFromElsewhere { return true }
        guard let origin = request.headers[.origin] else { return false }
        guard let origin = WebOrigin(origin) else { return true }
        // A proxy may have put another name into the request's host.
        if origin == publicOrigin { return false }
        return request.head.authority.map { !origin.isOf(authority: $0) } ?? true
    }
}

extension Request {
    /// Whether the browser says that another site sent this request: a link there, or a form.
    var isFromElsewhere: Bool {
        headers[.secFetchSite].map { $0 != "same-origin" && $0 != "none" } ?? false
    }

    /// Whether a proxy handed the request on, which may have come from anywhere.
    var isForwarded: Bool {
        ["Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP"].contains { name in
            HTTPField.Name(name).map { headers.contains($0) } ?? false
        }
    }
}

extension HTTPField.Name {
    /// `Sec-Fetch-Site` (Fetch Metadata Request Headers, section 2.4).
    static var secFetchSite: HTTPField.Name { .init("Sec-Fetch-Site") ?? .origin }
}
