import HTTPTypes
import Hummingbird
import NIOCore
import ServiceKit

/// `GET /docs`: `/openapi.json` as a page for people, open to all as that is.
enum DocsRoute {
    private static let page = ByteBuffer(string: DocsPage(OpenAPI.document).html)

    static func add(to router: Router<ServiceRequestContext>) {
        router.get("docs") { _, _ in
            Response(
                status: .ok,
                headers: [
                    .contentType: "text/html; charset=utf-8", .contentSecurityPolicy: DocsStyle.policy,
                    .cacheControl: "no-cache",
                ],
                body: ResponseBody(byteBuffer: page))
        }
    }
}
