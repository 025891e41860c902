import HTTPTypes
import Hummingbird
import ServiceKit

/// What the head of a request to `/v1/events` says, checked.
struct EventsRequest: Sendable {
    let form: EventForm
    let isDryRun: Bool
    /// The body's length where the head gives it.
    let contentLength: Int?

    /// - Throws: ``ProblemDetails``: 415 for a content type or encoding that is not taken, 400 for a query that is not
    ///   understood, 413 for a body that announces itself as too large.
    init(_ request: Request) throws(ProblemDetails) {
        guard let form = Self.form(of: request.headers) else {
            throw ProblemDetails(
                .unsupportedMediaType,
                detail: "expected the content type to be one of \(EventForm.accepted), in UTF-8",
                headers: Self.acceptedForms)
        }
        if let encoding = request.headers[.contentEncoding], encoding.lowercased() != "identity" {
            throw ProblemDetails(
                .unsupportedMediaType, detail: "expected a body without content encoding",
                headers: [.acceptEncoding: "identity"])
        }
        switch request.uri.queryParameters["dryRun"] {
        case nil, "false": isDryRun = false
        case "true": isDryRun = true
        default:
            throw ProblemDetails(
                .badRequest, detail: "dryRun: expected true or false", extensions: Receipt().members)
        }
        self.form = form
        contentLength = request.headers[.contentLength].flatMap { Int($0) }
        if let contentLength, let limit = form.bodyLimit, contentLength > limit {
            throw Self.tooLarge(limit)
        }
    }

    /// Data without a content type is JSON where header fields say that an event's data it is (HTTP Protocol Binding,
    /// section 3.1; CloudEvents 1.0, "datacontenttype").
    private static func form(of headers: HTTPFields) -> EventForm? {
        let version = HTTPField.Name("ce-specversion")
        if headers[.contentType] == nil, let version, headers[version] != nil { return .binary }
        return EventForm(contentType: headers[.contentType])
    }

    private static var acceptedForms: HTTPFields {
        HTTPField.Name("Accept-Post").map { [$0: EventForm.accepted] } ?? [:]
    }

    /// 413, naming the limit.
    static func tooLarge(_ limit: Int) -> ProblemDetails {
        ProblemDetails(.contentTooLarge, detail: "expected a body of at most \(limit) bytes")
    }

}

extension EventForm {
    /// The longest body, in bytes; `nil` where the body is a stream without a limit.
    var bodyLimit: Int? {
        switch self {
        case .structured, .binary: Limits.event
        case .batch: Limits.body
        case .lines: nil
        }
    }
}
