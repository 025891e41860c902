import HTTPTypes
import HummingbirdTesting
import Models
import NIOCore
import Postgres
import Schema
import Support
import Testing

@testable import Ingestion

extension IngestionHarness {
    /// Asks `/xapi` for something, as an LMS does.
    @discardableResult
    func xapi(
        _ method: HTTPRequest.Method, _ path: String, _ body: JSONValue? = nil, as role: TokenRole? = .lms,
        token: String? = nil, version: String? = "1.0.3", headers: HTTPFields = [:]
    ) async throws -> Answer {
        var headers = headers
        headers[try #require(HTTPField.Name.xapiVersion)] = version
        if headers[.authorization] == nil {
            headers[.authorization] = (token ?? role.flatMap { tokens[$0] }).map { "Bearer \($0)" }
        }
        if body != nil, headers[.contentType] == nil { headers[.contentType] = "application/json" }
        let response = try await client.execute(
            uri: "/xapi\(path)", method: method, headers: headers, body: body.map { ByteBuffer(string: $0.serialized) })
        let text = String(buffer: response.body)
        return Answer(
            status: response.status.code, headers: response.headers,
            json: text.isEmpty ? .null : try JSONParser.parse(text))
    }

    /// What a GET answers that is no JSON.
    func xapiText(_ path: String) async throws -> (type: String, text: String) {
        let response = try await client.execute(
            uri: "/xapi\(path)", method: .get,
            headers: [
                .authorization: "Bearer \(tokens[.lms] ?? "")", try #require(HTTPField.Name.xapiVersion): "1.0.3",
            ])
        return (response.headers[.contentType] ?? "", String(buffer: response.body))
    }

    /// Posts a form to the statements, without a header field of xAPI's.
    func xapiForm(_ query: String, _ members: [(String, String)]) async throws -> Answer {
        let form = members.map { "\(PercentEncoding.encode($0.0))=\(PercentEncoding.encode($0.1))" }
        let response = try await client.execute(
            uri: "/xapi/statements?\(query)", method: .post,
            headers: [.contentType: "application/x-www-form-urlencoded"],
            body: ByteBuffer(string: form.joined(separator: "&")))
        let text = String(buffer: response.body)
        return Answer(
            status: response.status.code, headers: response.headers,
            json: text.isEmpty ? .null : try JSONParser.parse(text))
    }

    /// Sets the mapping of the organisation `default`.
    func map(_ mapping: JSONValue) async throws {
        _ = try StatementMapping(mapping)
        try await database.pool.withConnection { connection in
            try await StatementMappings(connection).set(mapping, organization: .default)
        }
    }
}

/// A statement with these members in place of its own.
func statement(
    _ id: String? = nil, verb: String = "http://adlnet.gov/expapi/verbs/completed",
    activity: String = "https://lms.example/course/1", person: String = "ann", _ members: JSONValue = [:]
) -> JSONValue {
    var statement = JSONObject()
    if let id { statement.append("id", .string(id)) }
    statement.append("actor", ["account": ["homePage": "https://lms.example", "name": .string(person)]])
    statement.append("verb", ["id": .string(verb), "display": ["en": "did", "de": "tat"]])
    statement.append("object", ["id": .string(activity), "definition": ["name": ["en-US": "Knots", "de": "Knoten"]]])
    for member in members.object?.members ?? [] { statement.set(member.name, member.value) }
    return .object(statement)
}

let firstID = "11111111-1111-4111-8111-111111111111"
let secondID = "22222222-2222-4222-8222-222222222222"
let thirdID = "33333333-3333-4333-8333-333333333333"

func voiding(_ target: String, _ id: String? = nil) -> JSONValue {
    statement(
        id, verb: XAPIStatement.voided, ["object": ["objectType": "StatementRef", "id": .string(target)]])
}
