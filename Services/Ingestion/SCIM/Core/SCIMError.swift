import Models

/// Why a SCIM request is refused.
///
/// Source: RFC 7644, section 3.12.
struct SCIMError: Error, Hashable, Sendable {
    /// The words of `scimType` that Onus uses.
    enum Kind: String, CaseIterable, Sendable {
        case invalidFilter, uniqueness, mutability, invalidSyntax, invalidPath, noTarget, invalidValue
    }

    let status: Int
    let kind: Kind?
    /// What was expected and what came. Holds nothing of the resource.
    let detail: String

    init(status: Int, kind: Kind? = nil, detail: String) {
        self.status = status
        self.kind = kind
        self.detail = detail
    }

    /// 400.
    static func bad(_ kind: Kind, _ detail: String) -> SCIMError { SCIMError(status: 400, kind: kind, detail: detail) }

    static func taken(_ attribute: String) -> SCIMError {
        SCIMError(status: 409, kind: .uniqueness, detail: "\(attribute): another resource has this value")
    }

    static let notFound = SCIMError(status: 404, detail: "There is no such resource.")
    static let changed = SCIMError(
        status: 412, detail: "If-Match: the resource has another version; read it again before changing it.")

    var json: JSONValue {
        var members = JSONObject()
        members.append("schemas", ["urn:ietf:params:scim:api:messages:2.0:Error"])
        // The RFC's own examples show a string here, and clients read it as one.
        members.append("status", .string(String(status)))
        if let kind { members.append("scimType", .string(kind.rawValue)) }
        members.append("detail", .string(detail))
        return .object(members)
    }
}
