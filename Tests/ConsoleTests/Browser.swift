import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing

/// A browser without a screen: it keeps the session's cookie.
struct Browser: Sendable {
    let client: any TestClientProtocol
    var cookie: String?

    func get(_ path: String) async throws -> TestResponse {
        try await client.execute(uri: path, method: .get, headers: headers)
    }

    func post(_ path: String, _ body: String, _ more: HTTPFields = [:]) async throws -> TestResponse {
        var headers = headers
        headers[.contentType] = "application/x-www-form-urlencoded"
        headers.append(contentsOf: more)
        return try await client.execute(uri: path, method: .post, headers: headers, body: ByteBuffer(string: body))
    }

    private var headers: HTTPFields {
        var headers: HTTPFields = [.accept: "text/html"]
        if let cookie { headers[.cookie] = cookie }
        return headers
    }

    func signedIn(as person: String, _ role: String) async throws -> Browser {
        let answer = try await post("/sign-in/development", "person=\(person)&role=\(role)")
        #expect(answer.status == .seeOther)
        let cookie = try #require(answer.headers[.setCookie]).split(separator: ";").first
        return Browser(client: client, cookie: cookie.map(String.init))
    }
}
