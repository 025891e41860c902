import HTTPTypes
import Hummingbird
import Models
import NIOCore
import Postgres
import Schema
import ServiceKit

/// What a request to `/xapi/statements` says beside its query.
struct XAPIRequest: Sendable {
    static let path = "xapi"
    /// Statements of one request.
    static let greatestBatch = 1_000

    let request: Request
    let bringer: XAPIBringer
    let principal: Principal
    let version: XAPIVersion

    init(_ request: Request, _ context: ServiceRequestContext) throws {
        guard let principal = context.principal, let credentials = Credentials(request.headers[.authorization]) else {
            throw HTTPError(.unauthorized)
        }
        guard let version = XAPIVersion(HTTPField.Name.xapiVersion.flatMap { request.headers[$0] }) else {
            throw ProblemDetails(.badRequest, detail: "X-Experience-API-Version: expected 1.0.x or 2.0.x")
        }
        self.request = request
        self.principal = principal
        self.version = version
        bringer = XAPIBringer(
            organization: principal.organization, name: principal.name, hash: TokenSecret(credentials.secret).hash)
    }

    /// The body, parsed.
    func body() async throws -> JSONValue {
        if let type = request.headers[.contentType] {
            guard let media = MediaTypeValue(type), media.isUTF8, media.name == "application/json" else {
                throw ProblemDetails(
                    .unsupportedMediaType,
                    detail: """
                        expected application/json, in UTF-8: the contents of attachments are not taken, attachments with \
                        a fileUrl are
                        """)
            }
        }
        do {
            return try JSONParser.parse(Array(try await request.body.collect(upTo: Limits.body).readableBytesView))
        } catch is NIOTooManyBytesError {
            throw EventsRequest.tooLarge(Limits.body)
        } catch let error as JSONProblem {
            throw error.asEventProblem
        }
    }

    /// Who says what these statements say: the token.
    var authority: JSONValue {
        [
            "objectType": "Agent",
            "account": ["homePage": .string(homePage), "name": .string(bringer.name)],
        ]
    }

    /// The languages of `Accept-Language`, the best first; of equal ones in the order they stand in.
    var languages: [String] {
        let ranges = (request.headers[.acceptLanguage] ?? "").split(separator: ",").enumerated().compactMap {
            place, range -> (place: Int, tag: String, weight: Double)? in
            let parts = range.split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" } }
            guard let tag = parts.first, !tag.isEmpty, tag != "*" else { return nil }
            let weight = parts.dropFirst().first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) } ?? 1
            return weight > 0 && weight <= 1 ? (place, tag, weight) : nil
        }
        return ranges.sorted { ($1.weight, $0.place) < ($0.weight, $1.place) }.map(\.tag)
    }

    private var homePage: String {
        let authority = request.head.authority ?? ""
        let isHost = authority.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !Array("\"<>\\^`{|}/".utf8).contains($0) }
        return "http://\(authority.isEmpty || !isHost ? "localhost" : authority)/\(Self.path)"
    }
}
