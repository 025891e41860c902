import HTTPTypes
import Hummingbird
import Logging
import NIOHTTP1
import ServiceKit

/// Answers every error of the routes behind it in SCIM's form, and logs what is our fault.
struct SCIMErrorMiddleware: RouterMiddleware {
    @concurrent
    func handle(
        _ request: Request, context: ServiceRequestContext,
        next: @concurrent (Request, ServiceRequestContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as SCIMError {
            return .scim(error)
        } catch let error as HTTPParserError {
            // Hummingbird itself answers a request that is not HTTP, and closes the connection.
            throw error
        } catch {
            let problem = ProblemDetails(error)
            if problem.status.code >= 500 {
                context.logger.log(
                    level: problem.status == .internalServerError ? .error : .warning, "SCIM request failed",
                    metadata: [
                        "route": "\(context.endpointPath ?? "")", "status": "\(problem.status.code)",
                        "error": "\(String(reflecting: error))",
                    ])
            }
            return .scim(SCIMError(problem), headers: problem.headers)
        }
    }
}
