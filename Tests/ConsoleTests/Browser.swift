import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing

/// A browser without a screen: it keeps the session's cookie.
struct Browser: Sendable {
    let client: any TestClientProtocol
    var cookie: String?

    func get(_ path: String, _ more: HTTPFields = [:]) async throws -> TestResponse {
        try await client.execute(uri: path, method: .get, headers: headers + more)
    }

    func post(_ path: String, _ body: String, _ more: HTTPFields = [:]) async throws -> TestResponse {
        let type: HTTPFields = [.contentType: "application/x-www-form-urlencoded"]
        return try await client.execute(
            uri: path, method: .post, headers: headers + type + more, body: ByteBuffer(string: body))
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
