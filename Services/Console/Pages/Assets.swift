import HTTPTypes
import Hummingbird

/// The console's style sheet and mark, carried in the executable.
struct Assets: Sendable {
    func add(to router: some RouterMethods<ConsoleContext>) {
        add("onus.css", PackageResources.onus_css, "text/css; charset=utf-8", to: router)
        add("onus.svg", PackageResources.onus_svg, "image/svg+xml", to: router)
    }

    private func add(
        _ name: String, _ bytes: [UInt8], _ contentType: String, to router: some RouterMethods<ConsoleContext>
    ) {
        router.get(RouterPath("/assets/\(name)")) { _, _ in
            var headers = HTTPFields()
            headers[.contentType] = contentType
            // An hour: the name stays the same when the service is replaced.
            headers[.cacheControl] = "public, max-age=3600"
            return Response(status: .ok, headers: headers, body: .init(byteBuffer: .init(bytes: bytes)))
        }
    }
}
