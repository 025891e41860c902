import Hummingbird
import Models

/// `/ServiceProviderConfig`, `/Schemas` and `/ResourceTypes`: what a client can find out by itself.
///
/// Source: RFC 7644, section 4.
struct SCIMDiscoveryHandler: Sendable {
    private let schemas: [SCIMSchema] = [.user, .enterprise, .group]

    func configuration(_ request: SCIMRequest) -> Response {
        .scim(ServiceProviderConfig.json(base: request.base))
    }

    func schemas(_ request: SCIMRequest) throws -> Response {
        try list(schemas.map { $0.json(base: request.base) }, request)
    }

    func schema(_ request: SCIMRequest) throws -> Response {
        guard let schema = schemas.first(where: { SCIMText.same($0.id, request.id) }) else { throw SCIMError.notFound }
        return .scim(schema.json(base: request.base))
    }

    func resourceTypes(_ request: SCIMRequest) throws -> Response {
        try list(SCIMResourceType.all.map { $0.json(base: request.base) }, request)
    }

    func resourceType(_ request: SCIMRequest) throws -> Response {
        guard let type = SCIMResourceType.all.first(where: { $0.name == request.id }) else { throw SCIMError.notFound }
        return .scim(type.json(base: request.base))
    }

    /// Section 4: a filter is 403, so that nobody takes the whole for a part.
    private func list(_ resources: [JSONValue], _ request: SCIMRequest) throws -> Response {
        guard try request.query.filter == nil else {
            throw SCIMError(status: 403, detail: "filter: not taken here")
        }
        return .scim(SCIMList(total: resources.count, startIndex: 1, resources: resources).json)
    }
}
