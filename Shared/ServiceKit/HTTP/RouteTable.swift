import HTTPTypes
import Hummingbird

/// Which methods a path knows, for answers 405.
struct RouteTable: Sendable {
    private let routes: [(segments: [Substring], method: HTTPRequest.Method)]

    init<Context>(_ router: Router<Context>) {
        routes = router.routes.map { route in
            (route.path.description.split(separator: "/").map { Substring($0) }, route.method)
        }
    }

    /// The methods of all routes that `path` matches, sorted; empty for an unknown path.
    func methods(of path: String) -> [HTTPRequest.Method] {
        let path = path.split(separator: "/")
        var methods = Set(routes.filter { Self.matches(path, $0.segments) }.map(\.method))
        if methods.contains(.get) {
            methods.insert(.head)
        }
        return methods.sorted { $0.rawValue < $1.rawValue }
    }

    private static func matches(_ path: [Substring], _ template: [Substring]) -> Bool {
        for (index, segment) in template.enumerated() {
            if segment == "**" { return true }
            guard index < path.count else { return false }
            // A capture or wildcard takes any one segment; a partial one is rare enough to be taken for whole.
            let isVariable = segment.hasPrefix(":") || segment.contains { "{*".contains($0) }
            guard isVariable || segment == path[index] else { return false }
        }
        return template.count == path.count
    }
}
