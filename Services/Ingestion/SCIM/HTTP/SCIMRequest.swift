import HTTPTypes
import Hummingbird
import Models
import NIOCore
import Schema
import ServiceKit

/// What a request to `/scim/v2` says beside its path.
struct SCIMRequest: Sendable {
    static let path = "scim/v2"
    /// The longest body of a group, which may have many members, in bytes.
    static let greatestBody = Limits.body
    /// The longest body of a user.
    static let userBody = Limits.event

    let request: Request
    let sender: Sender
    /// The path's `:id`.
    let id: String

    init(_ request: Request, _ context: ServiceRequestContext) throws {
        guard let principal = context.principal else { throw HTTPError(.unauthorized) }
        self.request = request
        sender = principal
        let encoded = context.parameters.get("id") ?? ""
        id = String(decoding: PercentEncoding.decode(Array(encoded.utf8)), as: UTF8.self)
    }

    /// The address of `/scim/v2` as the client sees it: relative where it doesn't say.
    var base: String {
        guard let authority = request.head.authority, !authority.isEmpty, authority.utf8.allSatisfy(Self.isOfHost)
        else { return "/\(Self.path)" }
        let isSecure = HTTPField.Name.forwardedProtocol.flatMap { request.headers[$0] } == "https"
        return "\(isSecure ? "https" : "http")://\(authority)/\(Self.path)"
    }

    var ifMatch: SCIMCondition? { SCIMCondition(request.headers[.ifMatch]) }
    var ifNoneMatch: SCIMCondition? { SCIMCondition(request.headers[.ifNoneMatch]) }

    /// The projection that the address asks for.
    var query: SCIMQuery {
        get throws(SCIMError) { try SCIMQuery(query: request.uri.query) }
    }

    /// The body, parsed.
    ///
    /// - Throws: ``SCIMError`` `invalidSyntax`; ``ProblemDetails`` 413 and 415.
    func body(upTo limit: Int) async throws -> JSONValue {
        if let type = request.headers[.contentType] {
            guard let media = MediaTypeValue(type), media.isUTF8,
                ["application/scim+json", "application/json"].contains(media.name)
            else {
                throw ProblemDetails(
                    .unsupportedMediaType, detail: "expected application/scim+json or application/json, in UTF-8")
            }
        }
        do {
            return try JSONParser.parse(Array(try await request.body.collect(upTo: limit).readableBytesView))
        } catch is NIOTooManyBytesError {
            throw EventsRequest.tooLarge(limit)
        } catch let error as JSONProblem {
            throw SCIMError.bad(.invalidSyntax, "\(error)")
        }
    }

    private static func isOfHost(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: ":"),
            UInt8(ascii: "["), UInt8(ascii: "]"):
            true
        default: false
        }
    }
}

extension HTTPField.Name {
    /// Set by a proxy that ends TLS.
    fileprivate static let forwardedProtocol = HTTPField.Name("X-Forwarded-Proto")
}
