import Hummingbird
import Models
import Postgres

/// `/scim/v2/Groups`.
struct SCIMGroupsHandler: Sendable {
    let transactions: SCIMTransactions

    func create(_ request: SCIMRequest) async throws -> Response {
        let projection = try request.query.projection
        let document = try SCIMResourceType.group.document(
            from: try await request.body(upTo: SCIMRequest.greatestBody))
        let record = try await groups(request).create(document)
        return .scim(record.representation, request, projection, status: .created)
    }

    func get(_ request: SCIMRequest) async throws -> Response {
        let projection = try request.query.projection
        let withMembers = !projection.leavesOut("members", of: .group)
        guard let record = try await groups(request).find(try id(request), withMembers: withMembers) else {
            throw SCIMError.notFound
        }
        return .scim(unlessKnown: record.representation, request, projection)
    }

    func list(_ request: SCIMRequest) async throws -> Response {
        .scim(try await groups(request).list(try request.query, base: request.base).json)
    }

    func search(_ request: SCIMRequest) async throws -> Response {
        let query = try SCIMQuery(search: try await request.body(upTo: SCIMRequest.userBody))
        return .scim(try await groups(request).list(query, base: request.base).json)
    }

    func replace(_ request: SCIMRequest) async throws -> Response {
        let projection = try request.query.projection
        let given = try SCIMResourceType.group.document(
            from: try await request.body(upTo: SCIMRequest.greatestBody))
        let record = try await groups(request).change(try id(request), if: request.ifMatch) {
            _ throws(SCIMError) in given
        }
        return .scim(record.representation, request, projection)
    }

    func patch(_ request: SCIMRequest) async throws -> Response {
        let projection = try request.query.projection
        let patch = try SCIMPatch(try await request.body(upTo: SCIMRequest.greatestBody))
        let record = try await groups(request).change(try id(request), if: request.ifMatch) {
            old throws(SCIMError) in try patch.applied(to: old, of: .group)
        }
        return .scim(record.representation, request, projection)
    }

    func delete(_ request: SCIMRequest) async throws -> Response {
        try await groups(request).delete(try id(request), if: request.ifMatch)
        return Response(status: .noContent)
    }

    private func groups(_ request: SCIMRequest) -> SCIMGroups {
        SCIMGroups(transactions: transactions, sender: request.sender)
    }

    private func id(_ request: SCIMRequest) throws(SCIMError) -> UUIDBytes {
        guard let id = UUIDBytes(request.id) else { throw .notFound }
        return id
    }
}
