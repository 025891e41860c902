import Hummingbird
import Models

/// `POST /scim/v2/.search`: over users, then groups, as one list.
struct SCIMSearchHandler: Sendable {
    let transactions: SCIMTransactions

    func search(_ request: SCIMRequest) async throws -> Response {
        let query = try SCIMQuery(search: try await request.body(upTo: SCIMRequest.userBody))
        let types = try Self.searched(query)
        var list = SCIMList(total: 0, startIndex: query.startIndex, resources: [])
        for type in types {
            var rest = query
            rest.startIndex = max(1, query.startIndex - list.total)
            rest.count = query.count - list.resources.count
            let part =
                type.name == SCIMResourceType.user.name
                ? try await SCIMUsers(transactions: transactions, sender: request.sender)
                    .list(rest, base: request.base)
                : try await SCIMGroups(transactions: transactions, sender: request.sender)
                    .list(rest, base: request.base)
            list.total += part.total
            list.resources += part.resources
        }
        return .scim(list.json)
    }

    /// The types that know what the filter names; of the others nothing can pass (RFC 7644, section 3.4.2.1).
    private static func searched(_ query: SCIMQuery) throws(SCIMError) -> [SCIMResourceType] {
        guard let text = query.filter else { return SCIMResourceType.all }
        var refusal: SCIMError?
        var types: [SCIMResourceType] = []
        for type in SCIMResourceType.all {
            do {
                try SCIMFilterParser.filter(text, urns: type.scope.urns).check(in: type.scope)
                types.append(type)
            } catch {
                refusal = error
            }
        }
        if types.isEmpty, let refusal { throw refusal }
        return types
    }
}
