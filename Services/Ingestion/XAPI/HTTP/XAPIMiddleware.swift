import HTTPTypes
import Hummingbird
import Logging
import Models
import NIOHTTP1
import ServiceKit

/// Gives every answer below `/xapi` xAPI's own header fields, reads requests of the alternate syntax, answers errors, and
/// logs what is our fault.
struct XAPIMiddleware: RouterMiddleware {
    private let consistency: XAPIConsistency
    private let alternate = XAPIAlternateRequest()

    init(_ consistency: XAPIConsistency) {
        self.consistency = consistency
    }

    @concurrent
    func handle(
        _ request: Request, context: ServiceRequestContext,
        next: @concurrent (Request, ServiceRequestContext) async throws -> Response
    ) async throws -> Response {
        // Before the statements are read: what is stored later than this is not promised.
        let consistent = await consistency.through()
        var request = request
        var response: Response
        do {
            request = try await alternate.read(request)
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
        if let name = HTTPField.Name.xapiConsistentThrough {
            response.headers[name] = consistent.map(XAPIText.text(of:))
        }
        return response
    }
}
