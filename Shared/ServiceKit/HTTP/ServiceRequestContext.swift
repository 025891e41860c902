package import Hummingbird

/// A request's context that knows whose token it came with.
package protocol AuthenticatedRequestContext: RequestContext {
    /// `nil` until ``TokenAuthentication`` has let the request pass.
    var principal: Principal? { get set }
}

/// The context of requests to a service whose callers are programs with tokens.
package struct ServiceRequestContext: AuthenticatedRequestContext {
    package var coreContext: CoreRequestContextStorage
    package var principal: Principal?

    package init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
    }
}
