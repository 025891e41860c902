import HTTPTypes
import Hummingbird
import Models
import NIOCore

/// The alternate request syntax of 1.0: a request written as a form, for clients that can't set header fields.
///
/// Source: xAPI 1.0.3, part 3, section 1.3. 2.0 has it no more.
struct XAPIAlternateRequest: Sendable {
    /// The longest form, in bytes.
    private static let greatestForm = Limits.hook
    private static let methods: [HTTPRequest.Method] = [.get, .put, .post, .delete]
    private static let fields: [HTTPField.Name?] = [
        .authorization, .xapiVersion, .contentType, .contentLength, .ifMatch, .ifNoneMatch,
    ]

    /// Forms are read before it is known whose they are: what they hold is not taken from those who have shown a token.
    private let admission = Admission(budget: 32 * greatestForm)

    /// The request that a form stands for; any other request as it is.
    ///
    /// - Throws: ``Problem`` where it is no form, or says more than one may; ``ProblemDetails`` 413 and 429.
    func read(_ request: Request) async throws -> Request {
        guard request.method == .post, let query = request.uri.query, query.hasPrefix("method="),
            XAPIVersion(HTTPField.Name.xapiVersion.flatMap { request.headers[$0] })?.isSecond != true
        else { return request }
        guard let method = Self.methods.first(where: { query == "method=\($0.rawValue)" }) else {
            let words = Self.methods.map(\.rawValue).joined(separator: ", ")
            throw Self.fault("method", "expected one of \(words), and no parameter beside it")
        }
        let length = request.headers[.contentLength].flatMap { Int($0) } ?? Self.greatestForm
        return try await admission.admit(bytes: min(length, Self.greatestForm)) {
            do {
                let body = try await request.body.collect(upTo: Self.greatestForm)
                return try Self.request(method, request.head, form: body.readableBytesView)
            } catch is NIOTooManyBytesError {
                throw EventsRequest.tooLarge(Self.greatestForm)
            }
        }
    }

    private static func request(
        _ method: HTTPRequest.Method, _ head: HTTPRequest, form: ByteBufferView
    ) throws(Problem) -> Request {
        var headers = head.headerFields
        headers[.contentType] = nil
        var content: [UInt8]?
        var query: [String] = []
        var known: Set<String> = []
        for pair in form.split(separator: UInt8(ascii: "&")) {
            let name = try text(pair.prefix { $0 != UInt8(ascii: "=") })
            let value = try text(pair.dropFirst(name.encoded.count + 1))
            guard known.insert(name.decoded).inserted else { throw fault(name.decoded, "expected it once") }
            if name.decoded == "content" {
                content = Array(value.decoded.utf8)
            } else if let field = fields.compactMap(\.self).first(where: { $0 == HTTPField.Name(name.decoded) }) {
                headers[field] = value.decoded
            } else {
                query.append("\(PercentEncoding.encode(name.decoded))=\(PercentEncoding.encode(value.decoded))")
            }
        }
        if let content {
            headers[.contentType] = headers[.contentType] ?? "application/json"
            headers[.contentLength] = String(content.count)
        } else if method == .put || method == .post {
            throw fault("content", "expected the statement in a form's parameter of this name")
        }
        if XAPIVersion(HTTPField.Name.xapiVersion.flatMap { headers[$0] })?.isSecond == true {
            throw fault("method", "expected no method in the address: 2.0 has no alternate request syntax")
        }
        var head = head
        head.method = method
        head.headerFields = headers
        head.path = ([String((head.path ?? "").prefix { $0 != "?" })] + [query.joined(separator: "&")])
            .filter { !$0.isEmpty }.joined(separator: "?")
        return Request(head: head, body: RequestBody(buffer: ByteBuffer(bytes: content ?? [])))
    }

    private static func text(_ encoded: ByteBufferView) throws(Problem) -> (encoded: ByteBufferView, decoded: String) {
        let spaced = encoded.map { $0 == UInt8(ascii: "+") ? UInt8(ascii: " ") : $0 }
        guard let decoded = String(validating: PercentEncoding.decode(spaced), as: UTF8.self) else {
            throw fault("", "expected a form (application/x-www-form-urlencoded) in UTF-8")
        }
        return (encoded, decoded)
    }

    private static func fault(_ name: String, _ detail: String) -> Problem {
        Problem(
            pointer: JSONPointer.appending(name, to: ""), title: "Parameter not valid", detail: detail, kind: .content)
    }
}
