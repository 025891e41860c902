import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Models
import NIOCore
import ServiceKit
import Testing

@Suite struct EdgeResponderTests {
    private struct Fault: Error {}

    private func application(_ metrics: MetricsRegistry = MetricsRegistry()) -> some ApplicationProtocol {
        let router = Router(context: ServiceRequestContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: ProblemMiddleware())
        router.get("things/:id") { _, context in "thing \(try context.parameters.require("id"))" }
        router.delete("things/:id") { _, _ in HTTPResponse.Status.noContent }
        router.post("fault") { _, _ -> String in throw Fault() }
        router.post("named") { _, _ -> String in
            var extensions = JSONObject()
            extensions.append("at", 3)
            throw ProblemDetails(.conflict, detail: "a \"quoted\" word", extensions: extensions)
        }
        router.post("large") { request, _ in try await request.body.collect(upTo: 4) }
        return Application(responder: EdgeResponder(router, metrics: metrics))
    }

    private func problem(_ response: TestResponse) throws -> JSONValue {
        #expect(response.headers[.contentType] == "application/problem+json")
        return try JSONParser.parse(String(buffer: response.body))
    }

    @Test func `an unknown path is 404 as a problem`() async throws {
        try await application().test(.router) { client in
            try await client.execute(uri: "/nothing", method: .get) { response in
                #expect(response.status == .notFound)
                let problem = try problem(response)
                #expect(problem["status"] == 404)
                #expect(problem["title"] == "Not Found")
                #expect(problem["type"] == "about:blank")
            }
        }
    }

    @Test func `a known path with a wrong method is 405 and allows what it knows`() async throws {
        try await application().test(.router) { client in
            try await client.execute(uri: "/things/7", method: .put) { response in
                #expect(response.status == .methodNotAllowed)
                #expect(response.headers[.allow] == "DELETE, GET, HEAD")
                let problem = try problem(response)
                #expect(problem["status"] == 405)
            }
            try await client.execute(uri: "/fault", method: .get) { response in
                #expect(response.headers[.allow] == "POST")
            }
        }
    }

    @Test func `HEAD is answered wherever GET is, without a body`() async throws {
        try await application().test(.router) { client in
            try await client.execute(uri: "/things/7", method: .head) { response in
                #expect(response.status == .ok)
                #expect(response.headers[.contentLength] == "7")
                #expect(response.body.readableBytes == 0)
            }
            try await client.execute(uri: "/nothing", method: .head) { response in
                #expect(response.status == .notFound)
                #expect(response.body.readableBytes == 0)
            }
        }
    }

    @Test func `an error that nobody has named is 500 and says nothing of itself`() async throws {
        try await application().test(.router) { client in
            try await client.execute(uri: "/fault", method: .post) { response in
                #expect(response.status == .internalServerError)
                #expect(!String(buffer: response.body).contains("Fault"))
            }
        }
    }

    @Test func `a thrown problem keeps its detail and its own members`() async throws {
        try await application().test(.router) { client in
            try await client.execute(uri: "/named", method: .post) { response in
                let problem = try problem(response)
                #expect(response.status == .conflict)
                #expect(problem["detail"] == "a \"quoted\" word")
                #expect(problem["at"] == 3)
            }
        }
    }

    @Test func `a body beyond what a handler collects is 413`() async throws {
        try await application().test(.router) { client in
            try await client.execute(uri: "/large", method: .post, body: ByteBuffer(string: "12345")) { response in
                #expect(response.status == .contentTooLarge)
                _ = try problem(response)
            }
        }
    }

    @Test func `requests are counted by route template, never by path`() async throws {
        let metrics = MetricsRegistry()
        try await application(metrics).test(.router) { client in
            for path in ["/things/1", "/things/2", "/nothing/3"] {
                try await client.execute(uri: path, method: .get)
            }
        }
        let text = metrics.text
        #expect(text.contains(#"http_server_requests_total{method="GET",route="/things/{id}",status="200"} 2"#))
        #expect(text.contains(#"http_server_requests_total{method="GET",route="unmatched",status="404"} 1"#))
        #expect(text.contains(#"http_server_request_duration_seconds_count{method="GET",route="/things/{id}"} 2"#))
        #expect(text.contains("http_server_active_requests 0\n"))
        #expect(!text.contains("/things/1"))
    }
}
