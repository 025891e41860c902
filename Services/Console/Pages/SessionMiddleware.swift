import Crypto
import HTTPTypes
import Hummingbird

/// Reads the session cookie, and refuses a form that another site sent.
struct SessionMiddleware: RouterMiddleware {
    let key: SymmetricKey
    /// Seconds since 1970.
    let now: @Sendable () -> Int64

    @concurrent
    func handle(
        _ request: Request, context: ConsoleContext,
        next: @concurrent (Request, ConsoleContext) async throws -> Response
    ) async throws -> Response {
        // The cookie is SameSite=Strict already; the headers catch what an old browser would let through.
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
        if let site = request.headers[.secFetchSite], site != "same-origin", site != "none" { return true }
        guard let origin = request.headers[.origin] else { return false }
        guard let authority = request.head.authority, let scheme = origin.firstRange(of: "://") else { return true }
        return origin[scheme.upperBound...] != authority
    }
}

extension HTTPField.Name {
    /// `Sec-Fetch-Site` (Fetch Metadata Request Headers, section 2.4).
    static var secFetchSite: HTTPField.Name { .init("Sec-Fetch-Site") ?? .origin }
}
