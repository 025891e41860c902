import HTTPTypes
import Hummingbird
import Models
import ServiceKit

extension Response {
    /// An answer of SCIM.
    static func scim(
        _ value: JSONValue, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]
    ) -> Response {
        .json(value, status: status, contentType: "application/scim+json", headers: headers)
    }

    /// A resource with its validator, or as much of it as the client wants to see.
    static func scim(
        _ resource: SCIMRepresentation, _ request: SCIMRequest, _ projection: SCIMProjection,
        status: HTTPResponse.Status = .ok
    ) -> Response {
        var headers: HTTPFields = [.eTag: resource.etag]
        if status == .created { headers[.location] = resource.location(base: request.base) }
        let body = projection.applied(to: resource.full(base: request.base), of: resource.type)
        return .scim(.object(body), status: status, headers: headers)
    }

    static func scim(_ error: SCIMError, headers: HTTPFields = [:]) -> Response {
        .scim(error.json, status: .init(code: error.status), headers: headers)
    }
}

extension SCIMError {
    /// A problem in SCIM's form.
    init(_ problem: ProblemDetails) {
        self.init(status: problem.status.code, detail: problem.detail ?? problem.status.reasonPhrase)
    }
}
