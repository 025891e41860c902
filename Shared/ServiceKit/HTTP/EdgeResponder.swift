package import Hummingbird
import HTTPTypes
import Logging
import NIOHTTP1

/// The outermost layer of every service's HTTP face: all errors become problem details, known paths with a wrong
/// method 405 with `Allow`, and each request is counted, timed and, where it failed, logged.
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
            // Hummingbird itself answers a request that is not HTTP, and closes the connection.
            metrics.finished(
                method: request.method, route: route(of: context), status: .badRequest, after: .now - start)
            throw error
        } catch {
            response = problem(for: error, request, context).response
            if request.method == .head {
                response = response.createHeadResponse()
            }
        }
        response.headers[.xContentTypeOptions] = "nosniff"
        metrics.finished(
            method: request.method, route: route(of: context), status: response.status, after: .now - start)
        return response
    }

    private func problem(for error: any Error, _ request: Request, _ context: Context) -> ProblemDetails {
        if let error = error as? HTTPError, error.status == .notFound, route(of: context) == nil {
            let methods = routes.methods(of: request.uri.path)
            return methods.isEmpty
                ? ProblemDetails(.notFound, detail: "There is nothing at this path.")
                : ProblemDetails(
                    .methodNotAllowed, detail: "This path does not know the method \(request.method.rawValue).",
                    headers: [.allow: methods.map(\.rawValue).joined(separator: ", ")])
        }
        let problem = ProblemDetails(.internalServerError)
        if problem.status == .internalServerError {
            context.logger.error(
                "Request failed", metadata: ["route": "\(route(of: context) ?? "unmatched")", "error": "\(error)"])
        } else if problem.status.code >= 500 {
            context.logger.warning(
                "Request refused",
                metadata: [
                    "route": "\(route(of: context) ?? "unmatched")", "status": "\(problem.status.code)",
                    "error": "\(error)",
                ])
        }
        return problem
    }

    /// The template of the matched route; `nil` where none matched.
    private func route(of context: Context) -> String? {
        context.endpointPath.flatMap { $0 == "NotFound" ? nil : $0 }
    }
}
