import HTTPTypes
import Hummingbird
import Models
import NIOCore
import Postgres
import ServiceKit

/// `/xapi/statements`.
struct XAPIStatementsHandler: Sendable {
    let statements: XAPIStatements
    /// What tokens may send.
    let limits: RateLimits
    let gate: BacklogGate

    func put(_ request: XAPIRequest) async throws -> Response {
        try gate.pass()
        let query = try XAPIQuery(writing: request.request.uri.query, needsID: true)
        let body = try await minimised(request)
        guard case .object = body else { throw Problem.statement("", "expected a statement, got \(body.kind)") }
        _ = try await bring([(body, "")], id: query.statement, request)
        return Response(status: .noContent)
    }

    func post(_ request: XAPIRequest) async throws -> Response {
        try gate.pass()
        _ = try XAPIQuery(writing: request.request.uri.query, needsID: false)
        let body = try await minimised(request)
        var items = [(body, "")]
        if case .array(let array) = body {
            guard array.count <= XAPIRequest.greatestBatch else {
                throw ProblemDetails(
                    .contentTooLarge, detail: "expected at most \(XAPIRequest.greatestBatch) statements of one request")
            }
            limits.charge(request.principal, events: max(0, array.count - 1))
            items = array.enumerated().map { ($1, JSONPointer.appending($0, to: "")) }
        }
        let ids = try await bring(items, id: nil, request)
        return .json(.array(ids.map { .string("\($0)") }))
    }

    func get(_ request: XAPIRequest) async throws -> Response {
        let query = try XAPIQuery(reading: request.request.uri.query)
        if let id = query.statement ?? query.voidedStatement {
            let isVoid = query.voidedStatement != nil
            guard let found = try await statements.find(id, isVoid: isVoid, by: request.bringer) else {
                throw ProblemDetails(.notFound, detail: "No such statement was brought with this token's name.")
            }
            return answer(
                .object(shown(found, query, request)), query,
                headers: [.lastModified: XAPIText.httpDate(of: found.stored)])
        }
        let page = try await statements.list(query, by: request.bringer)
        return answer(
            [
                "statements": .array(page.statements.map { .object(shown($0, query, request)) }),
                "more": .string(page.cursor.map(query.more) ?? ""),
            ], query)
    }

    /// Where attachments are asked for, their statements are the first part of several: the only one, since contents are
    /// not kept.
    private func answer(_ value: JSONValue, _ query: XAPIQuery, headers: HTTPFields = [:]) -> Response {
        guard query.isMultipart else { return .json(value, headers: headers) }
        let boundary = "onus-\(UUIDBytes.random())"
        var headers = headers
        headers[.contentType] = "multipart/mixed; boundary=\(boundary)"
        let text = "--\(boundary)\r\nContent-Type: application/json\r\n\r\n\(value.serialized)\r\n--\(boundary)--\r\n"
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    private func minimised(_ request: XAPIRequest) async throws -> JSONValue {
        let body = try await request.body()
        let rules = try await statements.rules.rules(of: request.bringer.organization)
        return rules.rules(for: XAPIFact.source).minimise(body)
    }

    private func bring(
        _ items: [(value: JSONValue, pointer: String)], id: UUIDBytes?, _ request: XAPIRequest
    ) async throws -> [UUIDBytes] {
        var read: [XAPIStatement] = []
        var known: Set<UUIDBytes> = []
        for (value, pointer) in items {
            let statement = try XAPIStatement(value, at: pointer, id: id, version: request.version)
            guard known.insert(statement.id).inserted else {
                throw Problem.statement("\(pointer)/id", "expected no identifier twice in one request")
            }
            guard JSONValue.object(statement.document).serialized.utf8.count <= Limits.event else {
                throw ProblemDetails(
                    .contentTooLarge, detail: "\(pointer): expected a statement of at most \(Limits.event) bytes")
            }
            read.append(statement)
        }
        try await statements.bring(read, by: request.bringer)
        return read.map(\.id)
    }

    private func shown(_ found: XAPIPage.Stored, _ query: XAPIQuery, _ request: XAPIRequest) -> JSONObject {
        var statement = found.document
        let stored = JSONValue.string(XAPIText.text(of: found.stored))
        statement.set("stored", stored)
        statement.set("authority", request.authority)
        if statement["timestamp"] == nil { statement.set("timestamp", stored) }
        if request.version.isSecond { statement = Self.inUTC(statement) }
        return query.format.applied(to: statement, languages: request.languages)
    }

    /// 2.0 gives times back in UTC; 1.0 as they came.
    private static func inUTC(_ statement: JSONObject) -> JSONObject {
        var statement = statement
        if let time = statement["timestamp"]?.string.flatMap(XAPIText.time) {
            statement.set("timestamp", .string(XAPIText.text(of: time)))
        }
        if case .object(let object)? = statement["object"], object["objectType"] == "SubStatement" {
            statement.set("object", .object(inUTC(object)))
        }
        return statement
    }
}
