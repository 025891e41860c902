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
    /// Asks `/scim/v2` for something.
    @discardableResult
    func scim(
        _ method: HTTPRequest.Method, _ path: String, _ body: JSONValue? = nil, as role: TokenRole? = .scim,
        headers: HTTPFields = [:]
    ) async throws -> Answer {
        var headers = headers
        headers[.authorization] = role.flatMap { tokens[$0] }.map { "Bearer \($0)" }
        if body != nil, headers[.contentType] == nil { headers[.contentType] = "application/scim+json" }
        let response = try await client.execute(
            uri: "/scim/v2\(path)", method: method, headers: headers,
            body: body.map { ByteBuffer(string: $0.serialized) })
        let text = String(buffer: response.body)
        return Answer(
            status: response.status.code, headers: response.headers,
            json: text.isEmpty ? .null : try JSONParser.parse(text))
    }

    /// Makes a User with these members beside its userName, and gives its id.
    func user(_ userName: String, _ members: JSONValue = [:]) async throws -> String {
        var body = JSONObject()
        body.append("schemas", ["urn:ietf:params:scim:schemas:core:2.0:User"])
        body.append("userName", .string(userName))
        for member in members.object?.members ?? [] { body.append(member) }
        let answer = try await scim(.post, "/Users", .object(body))
        try #require(answer.status == 201, "\(answer.json.serialized)")
        return try #require(answer.json["id"]?.string)
    }

    func group(_ name: String, _ members: [String] = []) async throws -> String {
        let answer = try await scim(
            .post, "/Groups",
            [
                "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": .string(name),
                "members": .array(members.map { ["value": .string($0)] }),
            ])
        try #require(answer.status == 201, "\(answer.json.serialized)")
        return try #require(answer.json["id"]?.string)
    }

    @discardableResult
    func patch(_ path: String, _ operations: JSONValue..., headers: HTTPFields = [:]) async throws -> Answer {
        try await scim(.patch, path, patchBody(operations), headers: headers)
    }

    /// The assignments in the log, oldest first, each as `person/manager/role/unit/active`.
    func assignments() async throws -> [String] {
        try await texts("SELECT data FROM log.event WHERE type = 1 ORDER BY seq").map { text in
            let data = try JSONParser.parse(text)
            let words = ["person", "manager", "role", "unit"].map { data[$0]?.string ?? "-" }
            return (words + [data["active"] == true ? "active" : "left"]).joined(separator: "/")
        }
    }
}

func patchBody(_ operations: [JSONValue]) -> JSONValue {
    ["schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": .array(operations)]
}

let enterpriseURN = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
