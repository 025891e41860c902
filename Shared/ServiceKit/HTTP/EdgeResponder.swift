import HTTPTypes
package import Hummingbird
import NIOHTTP1

/// The outermost layer of every service's HTTP face: an unknown path is 404 and a known one with a wrong method 405
/// with `Allow`, both as problem details, and each request is counted and timed.
package struct EdgeResponder<Context: RequestContext>: HTTPResponder {
    private let inner: RouterResponder<Context>
    private let routes: RouteTable
    private let metrics: RequestMetrics

    /// - Parameter router: Complete: routes added later are not served.
    package init(_ router: Router<Context>, metrics: MetricsRegistry) {
        routes = RouteTable(router)
        inner = router.buildResponder()
        self.metrics = RequestMetrics(registry: metrics)
    }

    package func respond(to request: Request, context: Context) async throws -> Response {
        let start = ContinuousClock.now
        metrics.started()
        var response: Response
        do {
            response = try await inner.respond(to: request, context: context)
        } catch let error as HTTPParserError {
            metrics.finished(
                method: request.method, route: route(of: context), status: .badRequest, after: .now - start)
            throw error
        } catch {
            response = ProblemDetails(error).response
        }
        if response.status == .notFound, route(of: context) == nil {
            let problem = unmatched(request)
            // The console's own page for a wrong address stays: its reader is a person.
            let isPage = response.headers[.contentType]?.hasPrefix("text/html") == true
            if problem.status != .notFound || !isPage { response = problem.response }
        }
        if request.method == .head {
            response = response.createHeadResponse()
        }
        response.headers[.xContentTypeOptions] = "nosniff"
        metrics.finished(
            method: request.method, route: route(of: context), status: response.status, after: .now - start)
        return response
    }

    /// What a request that matched no route is told.
    private func unmatched(_ request: Request) -> ProblemDetails {
        let methods = routes.methods(of: request.uri.path)
        guard !methods.isEmpty else { return ProblemDetails(.notFound, detail: "There is nothing at this path.") }
        return ProblemDetails(
            .methodNotAllowed, detail: "This path does not know the method \(request.method.rawValue).",
            headers: [.allow: methods.map(\.rawValue).joined(separator: ", ")])
    }

    /// The template of the matched route; `nil` where none matched. (`NotFound` is Hummingbird's word for none.)
    private func route(of context: Context) -> String? {
        context.endpointPath.flatMap { $0 == "NotFound" ? nil : $0 }
    }
}
