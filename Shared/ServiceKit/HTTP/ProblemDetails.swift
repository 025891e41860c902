package import HTTPTypes
package import Hummingbird
package import Models

/// An error answer per RFC 9457, `application/problem+json`. Thrown by handlers and middleware, or returned.
package struct ProblemDetails: Error, HTTPResponseError, Sendable {
    package var status: HTTPResponse.Status
    /// What went wrong and what to do, safe for the caller to read; `nil` where the title says it all.
    package var detail: String?
    /// Members beside the standard ones.
    package var extensions: JSONObject
    /// Header fields of the answer, such as `Allow` or `Retry-After`.
    package var headers: HTTPFields

    package init(
        _ status: HTTPResponse.Status, detail: String? = nil, extensions: JSONObject = JSONObject(),
        headers: HTTPFields = [:]
    ) {
        self.status = status
        self.detail = detail
        self.extensions = extensions
        self.headers = headers
    }

    /// 503: the database does not answer; ask again after a second.
    package static let databaseUnavailable = ProblemDetails(
        .serviceUnavailable, detail: "The database does not answer now; send the request again.",
        headers: [.retryAfter: "1"])

    /// 429: the database answers, and all connections to it are in use.
    package static let databaseBusy = ProblemDetails(
        .tooManyRequests, detail: "The database has as much to do as it can; send the request again.",
        headers: [.retryAfter: "1"])

    /// The problem as JSON text. `type` is `about:blank`: the title is the status' own phrase.
    package var json: String {
        var members = JSONObject()
        members.append("type", "about:blank")
        members.append("title", .string(status.reasonPhrase))
        members.append("status", .number(JSONNumber(status.code)))
        if let detail {
            members.append("detail", .string(detail))
        }
        for member in extensions.members {
            members.append(member)
        }
        return JSONValue.object(members).serialized
    }

    package var response: Response {
        var headers = headers
        headers[.contentType] = "application/problem+json"
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: json)))
    }

    package func response(from request: Request, context: some RequestContext) -> Response {
        response
    }
}
