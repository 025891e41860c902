import Crypto
import HTTPTypes
import Models

/// An event in CloudEvents' binary content mode: attributes in header fields, data in the body.
///
/// Source: CloudEvents 1.0, HTTP Protocol Binding, section 3.1.
struct BinaryEvent: Sendable {
    let headers: HTTPFields
    let body: [UInt8]

    /// The same event in structured form.
    ///
    /// - Throws: ``Problem`` of kind `envelope` for a header or a body that can't be read, of kind `content` for JSON
    ///   that is refused.
    func structured() throws(Problem) -> JSONValue {
        var members = JSONObject()
        for field in headers where field.name.canonicalName.hasPrefix("ce-") {
            let name = String(field.name.canonicalName.dropFirst(3))
            // The content type speaks for the data; the binding knows no header for either of these.
            guard name != "datacontenttype" else { continue }
            let pointer = JSONPointer.appending(name, to: "")
            guard name != "data", name != "data_base64" else {
                throw broken(pointer, "expected the data in the body, got it in a header field")
            }
            guard members[name] == nil else {
                throw broken(pointer, knownPlace: "", "expected one header field of this name, got several")
            }
            guard let value = HeaderValue.decode(field.value) else {
                throw broken(pointer, knownPlace: "", "expected percent-encoded UTF-8 without U+0000")
            }
            members.append(name, .string(value))
        }
        if let contentType = headers[.contentType] {
            members.append("datacontenttype", .string(contentType))
        }
        if !body.isEmpty {
            members.append("data", try data())
        }
        return .object(members)
    }

    /// SHA-256 of the attributes and the body: events of equal data are told apart by their headers alone. The order of
    /// the headers says nothing.
    var hash: SHA256.Digest {
        var hasher = SHA256()
        let attributes = headers.filter { $0.name.canonicalName.hasPrefix("ce-") }
            .map { "\($0.name.canonicalName):\($0.value)\n" }
        for attribute in attributes.sorted() { hasher.update(data: Array(attribute.utf8)) }
        hasher.update(data: body)
        return hasher.finalize()
    }

    private func data() throws(Problem) -> JSONValue {
        do {
            return try JSONParser.parse(body)
        } catch {
            throw error.asEventProblem.inside("/data")
        }
    }

    private func broken(_ pointer: String, knownPlace: String? = nil, _ detail: String) -> Problem {
        Problem(pointer: pointer, knownPlace: knownPlace, title: "Envelope broken", detail: detail, kind: .envelope)
    }
}
