import HTTPTypes
package import Hummingbird
import Logging
import NIOHTTP1

/// Turns every error of the handlers behind it into ``ProblemDetails``, and logs what is our fault.
///
/// The outermost middleware of a service's router; ``ServiceParts/router(context:)`` puts it there.
package struct ProblemMiddleware<Context: RequestContext>: RouterMiddleware {
    package init() {}

    @concurrent
    package func handle(
        _ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as HTTPParserError {
            // Hummingbird itself answers a request that is not HTTP, and closes the connection.
            throw error
        } catch {
            let problem = ProblemDetails(error)
            if problem.status == .internalServerError {
                context.logger.error(
                    "Request failed",
                    metadata: ["route": "\(context.endpointPath ?? "")", "error": "\(String(reflecting: error))"])
            } else if problem.status.code >= 500 {
                context.logger.warning(
                    "Request refused",
                    metadata: [
                        "route": "\(context.endpointPath ?? "")", "status": "\(problem.status.code)",
                        "error": "\(error)",
                    ])
            }
            throw problem
        }
    }
}
