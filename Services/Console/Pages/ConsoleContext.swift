import Hummingbird
import Logging

/// One request to the console, with who is looking.
struct ConsoleContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// Whoever the session cookie names; `nil` where nobody has signed in.
    var viewer: Viewer?

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        viewer = nil
    }
}
