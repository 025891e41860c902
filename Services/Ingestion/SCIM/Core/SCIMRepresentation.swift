import Models
import Postgres

/// A resource as it is answered.
struct SCIMRepresentation: Sendable {
    let type: SCIMResourceType
    let id: UUIDBytes
    let version: Int
    let created: Instant
    let modified: Instant
    let document: JSONObject

    /// A weak validator: equal versions say the same, perhaps in other bytes.
    var etag: String { "W/\"\(version)\"" }

    func location(base: String) -> String { "\(base)/\(type.endpoint)/\(id)" }

    /// Everything, in the RFC's order.
    ///
    /// - Parameter base: The address of `/scim/v2` as the client sees it.
    func full(base: String) -> JSONObject {
        var members = JSONObject()
        members.append(
            "schemas",
            .array(
                ([type.schema.id] + type.extensions.map(\.id).filter { document[$0] != nil }).map { .string($0) }))
        members.append("id", .string(id.description))
        for member in document.members {
            members.append(member.name, member.name == "members" ? referenced(member.value, base) : member.value)
        }
        members.append(
            "meta",
            [
                "resourceType": .string(type.name), "created": .string(created.description),
                "lastModified": .string(modified.description), "location": .string(location(base: base)),
                "version": .string(etag),
            ])
        return members
    }

    /// Members are kept as identifiers; the rest follows from them.
    private func referenced(_ members: JSONValue, _ base: String) -> JSONValue {
        .array(
            (members.array ?? []).map { member in
                let id = member["value"]?.string ?? ""
                return ["value": .string(id), "$ref": .string("\(base)/Users/\(id)"), "type": "User"]
            })
    }
}
