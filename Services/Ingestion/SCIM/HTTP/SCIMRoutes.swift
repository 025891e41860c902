import HTTPTypes
import Hummingbird
import Schema
import ServiceKit

/// SCIM 2.0 below `/scim/v2`.
///
/// Every path answers every method, so that 404, 405 and 501 come in SCIM's form too.
struct SCIMRoutes: Sendable {
    typealias Handler = @Sendable (SCIMRequest) async throws -> Response

    private let transactions: SCIMTransactions
    private let tokens: TokenVerifier
    private let admission: Admission
    private static let collections = ["Users", "Groups", "Schemas", "ResourceTypes"]
    private static let nothing = SCIMError(status: 404, detail: "There is nothing at this path.")
    private static let methods: [HTTPRequest.Method] =
        [.get, .post, .put, .patch, .delete, .options, .trace] + [HTTPRequest.Method("QUERY")].compactMap(\.self)

    init(_ transactions: SCIMTransactions, tokens: TokenVerifier, admission: Admission) {
        self.transactions = transactions
        self.tokens = tokens
        self.admission = admission
    }

    func add(to router: Router<ServiceRequestContext>) {
        let group = router.group("\(SCIMRequest.path)")
            .add(middleware: SCIMErrorMiddleware())
            .add(middleware: TokenAuthentication(tokens, roles: [.scim]))
        let users = SCIMUsersHandler(transactions: transactions)
        let groups = SCIMGroupsHandler(transactions: transactions)
        let search = SCIMSearchHandler(transactions: transactions)
        let discovery = SCIMDiscoveryHandler()
        add("Users", to: group, [.get: users.list, .post: users.create])
        add("Users/.search", to: group, [.post: users.search])
        add(
            "Users/:id", to: group,
            [.get: users.get, .put: users.replace, .patch: users.patch, .delete: users.delete])
        add("Groups", to: group, [.get: groups.list, .post: groups.create])
        add("Groups/.search", to: group, [.post: groups.search])
        add(
            "Groups/:id", to: group,
            [.get: groups.get, .put: groups.replace, .patch: groups.patch, .delete: groups.delete])
        add(".search", to: group, [.post: search.search])
        add("ServiceProviderConfig", to: group, [.get: discovery.configuration])
        add("Schemas", to: group, [.get: discovery.schemas])
        add("Schemas/:id", to: group, [.get: discovery.schema])
        add("ResourceTypes", to: group, [.get: discovery.resourceTypes])
        add("ResourceTypes/:id", to: group, [.get: discovery.resourceType])
        for path in ["Bulk", "Me"] {
            add(path, to: group, refusing: SCIMError(status: 501, detail: "/\(path) is not supported."))
        }
        for path in ["", "**"] { add(path, to: group, refusing: Self.nothing) }
    }

    private func add(
        _ path: String, to group: RouterGroup<ServiceRequestContext>, _ handlers: [HTTPRequest.Method: Handler]
    ) {
        // The router does not step back from a path that it has begun to follow. Below a collection everything is an id.
        if !Self.collections.contains(path) { add("\(path)/**", to: group, refusing: Self.nothing) }
        let allowed = handlers.keys.map(\.rawValue) + (handlers[.get] == nil ? [] : ["HEAD"])
        let allow = allowed.sorted().joined(separator: ", ")
        for method in Self.methods {
            guard let handler = handlers[method] else {
                group.on(RouterPath(path), method: method) { _, _ in
                    Response.scim(
                        SCIMError(status: 405, detail: "This path does not know the method \(method.rawValue)."),
                        headers: [.allow: allow])
                }
                continue
            }
            group.on(RouterPath(path), method: method) { [admission] request, context in
                let limit = path.hasPrefix("Groups") ? SCIMRequest.greatestBody : SCIMRequest.userBody
                let length = request.headers[.contentLength].flatMap { Int($0) }
                return try await admission.admit(bytes: method == .get ? 0 : min(length ?? limit, limit)) {
                    try await handler(try SCIMRequest(request, context))
                }
            }
        }
    }

    private func add(_ path: String, to group: RouterGroup<ServiceRequestContext>, refusing error: SCIMError) {
        for method in Self.methods {
            group.on(RouterPath(path), method: method) { _, _ in Response.scim(error) }
        }
    }
}
