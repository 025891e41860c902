import HTTPTypes
package import Hummingbird
package import Schema

/// Lets a request pass when it carries a valid token of one of the roles allowed, and the token's own rate allows it;
/// 401, 403 or 429 otherwise.
package struct TokenAuthentication<Context: AuthenticatedRequestContext>: RouterMiddleware {
    private let verifier: TokenVerifier
    private let roles: Set<TokenRole>
    private let acceptsBasic: Bool

    /// - Parameters:
    ///   - roles: The roles that may use the routes behind this. `admin` may always.
    ///   - acceptsBasic: Whether `Authorization: Basic` is taken too, with the token's name as user and the token
    ///     as password (xAPI's clients know nothing else).
    package init(_ verifier: TokenVerifier, roles: Set<TokenRole>, acceptsBasic: Bool = false) {
        self.verifier = verifier
        self.roles = roles.union([.admin])
        self.acceptsBasic = acceptsBasic
    }

    @concurrent
    package func handle(
        _ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        guard let credentials = Credentials(request.headers[.authorization]), acceptsBasic || credentials.user == nil
        else {
            throw unauthorized("This needs the header Authorization: Bearer, with a token.", error: nil)
        }
        guard let principal = try await verifier.principal(of: credentials.secret),
            credentials.user == nil || credentials.user == principal.name
        else {
            throw unauthorized("The token is unknown, revoked or expired.", error: "invalid_token")
        }
        guard roles.contains(principal.role) else {
            throw ProblemDetails(
                .forbidden, detail: "A token with the role \(principal.role.rawValue) may not do this.")
        }
        try verifier.limits.admit(principal)
        var context = context
        context.principal = principal
        return try await next(request, context)
    }

    private func unauthorized(_ detail: String, error: String?) -> ProblemDetails {
        let challenge = "Bearer realm=\"onus\"" + (error.map { ", error=\"\($0)\"" } ?? "")
        var headers: HTTPFields = [.wwwAuthenticate: challenge]
        if acceptsBasic {
            headers.append(HTTPField(name: .wwwAuthenticate, value: "Basic realm=\"onus\", charset=\"UTF-8\""))
        }
        return ProblemDetails(.unauthorized, detail: detail, headers: headers)
    }
}
