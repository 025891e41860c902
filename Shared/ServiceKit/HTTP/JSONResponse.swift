package import HTTPTypes
package import Hummingbird
package import Models

extension Response {
    /// An answer that holds JSON.
    package static func json(
        _ value: JSONValue, status: HTTPResponse.Status = .ok, contentType: String = "application/json",
        headers: HTTPFields = [:]
    ) -> Response {
        var headers = headers
        headers[.contentType] = contentType
        return Response(
            status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: value.serialized)))
    }
}
