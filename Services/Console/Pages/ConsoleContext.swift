import Hummingbird
import Logging
import Models

/// One request to the console, with who is looking.
struct ConsoleContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// Whoever the session cookie names; `nil` where nobody has signed in.
    var viewer: Viewer?

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        viewer = nil
    }

    /// What stands at `name` in the route's path. The router hands it over as it was sent, escapes and all.
    func segment(_ name: String) throws -> String {
        String(decoding: PercentEncoding.decode(Array(try parameters.require(name).utf8)), as: UTF8.self)
    }
}
