import Crypto
import HTTPTypes
import HummingbirdTesting
import Models
import NIOCore
import Testing

@testable import Ingestion

@Suite(.timeLimit(.minutes(5))) struct DocsTests {
    private let page = DocsPage(OpenAPI.document).html

    @Test func `the page has every operation, answer and schema of the description`() throws {
        let paths = try #require(OpenAPI.document["paths"]?.object?.members)
        for path in paths {
            for method in path.value.object?.members ?? [] where DocsOperation.methods.contains(method.name) {
                #expect(page.contains("<code>\(method.name.uppercased()) \(path.name)</code>"))
            }
        }
        for schema in OpenAPI.document["components"]?["schemas"]?.object?.members ?? [] {
            #expect(page.contains("id=\"schema-\(schema.name)\""))
        }
        #expect(page.contains("<code>provider.kind</code>") && page.contains("<code>expectations[].statement</code>"))
        #expect(page.contains("Exactly one of <code>coach</code>, <code>provider</code>."))
    }

    @Test func `every link within the page has its place, and none leads to two`() {
        let ids = page.split(separator: " id=\"").dropFirst().map { $0.prefix { $0 != "\"" } }
        #expect(Set(ids).count == ids.count)
        for link in page.split(separator: "href=\"#").dropFirst().map({ $0.prefix { $0 != "\"" } }) {
            #expect(ids.contains(link), "\(link)")
        }
    }

    @Test func `whatever a description holds, none of it becomes HTML`() {
        let hostile = "<script>alert('1')</script>\" onclick=\"x&"
        let html = DocsPage([
            "info": ["title": .string(hostile), "summary": .string(hostile)],
            "tags": [["name": .string(hostile), "description": .string(hostile)]],
            "paths": [
                "/\(hostile)": [
                    "get": [
                        "tags": [.string(hostile)], "operationId": .string(hostile), "summary": .string(hostile),
                        "parameters": [["name": .string(hostile), "schema": ["enum": [.string(hostile)]]]],
                        "responses": ["200": ["description": .string(hostile)]],
                    ]
                ]
            ],
            "components": ["schemas": [.init(hostile): ["properties": [.init(hostile): ["const": .string(hostile)]]]]],
        ]).html
        #expect(!html.contains("<script") && !html.contains("\" onclick"))
        #expect(html.contains("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&quot; onclick=&quot;x&amp;"))
    }

    @Test func `a description of which nothing is known is still a page`() {
        #expect(DocsPage(.null).html.contains("</html>"))
        #expect(DocsPage(["paths": ["/a": ["get": .null]]]).html.contains("<code>GET /a</code>"))
    }

    @Test func `the browser is allowed that one style sheet and nothing else`() async throws {
        try await IngestionHarness.run { (harness) async throws in
            let response = try await harness.client.execute(uri: "/docs", method: .get)
            #expect(response.status == .ok && response.headers[.contentType] == "text/html; charset=utf-8")
            let html = String(buffer: response.body)
            let sheet = try #require(html.split(separator: "<style>").last?.split(separator: "</style>").first)
            let hash = Base64.encode(Array(SHA256.hash(data: Array(sheet.utf8))))
            let policy = try #require(response.headers[.contentSecurityPolicy])
            #expect(policy.hasPrefix("default-src 'none'; style-src 'sha256-\(hash)';"))
            #expect(!html.contains("<script") && !html.contains("src=") && !html.contains(" style="))
        }
    }
}
