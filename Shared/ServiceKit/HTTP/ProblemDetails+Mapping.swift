import HTTPTypes
import Hummingbird
package import Logging
import NIOCore
import Postgres

extension ProblemDetails {
    /// The problem that an error of a handler or of Hummingbird itself stands for.
    ///
    /// An error that nobody has named is a fault of ours: 500, without a word of its text.
    package init(_ error: any Error) {
        switch error {
        case let problem as ProblemDetails:
            self = problem
        case let error as HTTPError:
            self.init(error.status, detail: error.body, headers: error.headers)
        case is NIOTooManyBytesError:
            self.init(.contentTooLarge, detail: "The body is larger than this resource takes.")
        case let error as PostgresError where error.kind == .poolExhausted:
            self = .databaseBusy
        case let error as PostgresError where error.isUnavailability:
            self = .databaseUnavailable
        case let error as any HTTPResponseError:
            self.init(error.status)
        case is CancellationError:
            self.init(
                .serviceUnavailable, detail: "The service is stopping; send the request again.",
                headers: [.retryAfter: "1"])
        default:
            self.init(.internalServerError, detail: "The service has met an error of its own; its log has the cause.")
        }
    }

    /// Logs what is our fault or the database's: a line for each request that is answered 500 or above.
    ///
    /// - Parameter cause: The error that this problem stands for.
    package func log(_ cause: any Error, route: String, to logger: Logger) {
        if status == .internalServerError {
            logger.error("Request failed", metadata: ["route": "\(route)", "error": "\(String(reflecting: cause))"])
        } else if status.code >= 500 {
            logger.warning(
                "Request refused", metadata: ["route": "\(route)", "status": "\(status.code)", "error": "\(cause)"])
        }
    }
}
