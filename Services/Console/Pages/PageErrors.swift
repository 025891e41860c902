import HTTPTypes
import Hummingbird
import Logging
import Postgres

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
            let (status, text) = words(for: error)
            if status.code >= 500 {
                context.logger.error("Page failed", metadata: ["error": "\(error)"])
            }
            let view = MessageView(
                viewer: nil, heading: status.reasonPhrase, text: text, reason: nil, href: "/", label: "To the start")
            var headers = HTTPFields()
            headers[.contentType] = "text/html; charset=utf-8"
            if status == .serviceUnavailable { headers[.retryAfter] = "1" }
            let html = try templates.render("message", view)
            return Response(status: status, headers: headers, body: .init(byteBuffer: .init(string: html)))
        }
    }

    private func words(for error: any Error) -> (HTTPResponse.Status, String) {
        if let error = error as? PostgresError, error.sqlState == nil {
            return (.serviceUnavailable, "The database does not answer. Please try again in a moment.")
        }
        if let error = error as? HTTPError {
            return (error.status, error.body ?? "There is nothing at this address.")
        }
        return (.internalServerError, "Something went wrong here. It has been noted.")
    }
}
