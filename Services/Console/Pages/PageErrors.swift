import HTTPTypes
import Hummingbird
import Logging
import ServiceKit

/// Turns what went wrong into a page, for a browser; programs get the problem details that all services give.
struct PageErrors: RouterMiddleware {
    let templates: Templates

    @concurrent
    func handle(
        _ request: Request, context: ConsoleContext,
        next: @concurrent (Request, ConsoleContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            guard request.headers[.accept]?.contains("text/html") == true, !request.uri.path.hasPrefix("/api/") else {
                throw error
            }
            let problem = ProblemDetails(error)
            if problem.status == .internalServerError {
                context.logger.error(
                    "Page failed",
                    metadata: ["route": "\(context.endpointPath ?? "")", "error": "\(String(reflecting: error))"])
            }
            let view = MessageView(
                viewer: nil, heading: problem.status.reasonPhrase, text: words(for: problem), reason: nil, href: "/",
                label: "To the start")
            var headers = problem.headers
            headers[.contentType] = "text/html; charset=utf-8"
            let html = try templates.render("message", view)
            return Response(status: problem.status, headers: headers, body: .init(byteBuffer: .init(string: html)))
        }
    }

    private func words(for problem: ProblemDetails) -> String {
        switch problem.status {
        case .serviceUnavailable: "The database does not answer. Please try again in a moment."
        case .internalServerError: "Something went wrong here. It has been noted."
        case .notFound: problem.detail ?? "There is nothing at this address."
        default: problem.detail ?? ""
        }
    }
}
