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
            problem.log(error, route: context.endpointPath ?? "", to: context.logger)
            throw problem
        }
    }
}
