import HTTPTypes
import Hummingbird
import Logging
import Models
import NIOHTTP1
import ServiceKit

/// Gives every answer below `/xapi` xAPI's own header fields, answers errors, and logs what is our fault.
struct XAPIMiddleware: RouterMiddleware {
    @concurrent
    func handle(
        _ request: Request, context: ServiceRequestContext,
        next: @concurrent (Request, ServiceRequestContext) async throws -> Response
    ) async throws -> Response {
        // Read before the statements are: what is stored later than this is not promised.
        let consistent = Instant(microseconds: WallTime.microseconds - Self.longestTransaction)
        var response: Response
        do {
            response = try await next(request, context)
        } catch let problem as Problem {
            var extensions = JSONObject()
            extensions.append("pointer", .string(problem.pointer))
            response =
                ProblemDetails(
                    .badRequest, detail: "\(problem.title): \(problem.detail)", extensions: extensions
                ).response
        } catch let error as HTTPParserError {
            // Hummingbird itself answers a request that is not HTTP, and closes the connection.
            throw error
        } catch {
            let problem = ProblemDetails(error)
            if problem.status.code >= 500, problem.status != .notImplemented {
                context.logger.log(
                    level: problem.status == .internalServerError ? .error : .warning, "xAPI request failed",
                    metadata: [
                        "route": "\(context.endpointPath ?? "")", "status": "\(problem.status.code)",
                        "error": "\(String(reflecting: error))",
                    ])
            }
            response = problem.response
        }
        if let name = HTTPField.Name.xapiVersion {
            response.headers[name] = XAPIVersion(request.headers[name])?.text ?? XAPIVersion.standard
        }
        if let name = HTTPField.Name.xapiConsistentThrough { response.headers[name] = consistent.description }
        return response
    }

    /// What was stored a minute ago is there: transactions are ended before.
    private static let longestTransaction: Int64 = 60_000_000
}
