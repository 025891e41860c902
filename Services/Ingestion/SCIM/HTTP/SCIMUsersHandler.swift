import Hummingbird
import Models
import Postgres
import Schema
import ServiceKit

/// `/scim/v2/Users`.
struct SCIMUsersHandler: Sendable {
    let transactions: SCIMTransactions

    func create(_ request: SCIMRequest) async throws -> Response {
        let projection = try request.query.projection
        let document = try SCIMResourceType.user.document(from: try await body(request))
        let record = try await users(request).create(document)
        return .scim(record.representation, request, projection, status: .created)
    }

    func get(_ request: SCIMRequest) async throws -> Response {
        let projection = try request.query.projection
        guard let record = try await users(request).find(try id(request)) else { throw SCIMError.notFound }
        return .scim(unlessKnown: record.representation, request, projection)
    }

    func list(_ request: SCIMRequest) async throws -> Response {
        .scim(try await users(request).list(try request.query, base: request.base).json)
    }

    func search(_ request: SCIMRequest) async throws -> Response {
        let query = try SCIMQuery(search: try await request.body(upTo: SCIMRequest.userBody))
        return .scim(try await users(request).list(query, base: request.base).json)
    }

    /// What is not given is cleared, with two exceptions that RFC 7644, section 3.5.1, allows: a body that says nothing
    /// of `active` brings no leaver back, and one without `externalId` makes no other person of somebody.
    func replace(_ request: SCIMRequest) async throws -> Response {
        let projection = try request.query.projection
        let given = try SCIMResourceType.user.document(from: try await body(request))
        let record = try await users(request).change(try id(request), if: request.ifMatch) {
            old throws(SCIMError) in
            var document = given
            for name in ["active", "externalId"] where document[name] == nil { document.assign(name, old[name]) }
            return try SCIMResourceType.user.finished(document)
        }
        return .scim(record.representation, request, projection)
    }

    func patch(_ request: SCIMRequest) async throws -> Response {
        let projection = try request.query.projection
        let patch = try SCIMPatch(try await body(request))
        let record = try await users(request).change(try id(request), if: request.ifMatch) {
            old throws(SCIMError) in try patch.applied(to: old, of: .user)
        }
        return .scim(record.representation, request, projection)
    }

    func delete(_ request: SCIMRequest) async throws -> Response {
        try await users(request).delete(try id(request), if: request.ifMatch)
        return Response(status: .noContent)
    }

    private func users(_ request: SCIMRequest) -> SCIMUsers {
        SCIMUsers(transactions: transactions, sender: request.sender)
    }

    private func body(_ request: SCIMRequest) async throws -> JSONValue {
        try await request.body(upTo: SCIMRequest.userBody)
    }

    private func id(_ request: SCIMRequest) throws(SCIMError) -> UUIDBytes {
        guard let id = UUIDBytes(request.id) else { throw .notFound }
        return id
    }
}

extension Response {
    /// A resource, or 304 where the client has this version.
    static func scim(
        unlessKnown resource: SCIMRepresentation, _ request: SCIMRequest, _ projection: SCIMProjection
    ) -> Response {
        guard let condition = request.ifNoneMatch, condition.names(resource.etag) else {
            return .scim(resource, request, projection)
        }
        return Response(status: .notModified, headers: [.eTag: resource.etag])
    }
}
