import Models

/// A kind of resource: its endpoint, its schemas, and what of a client's body is kept.
struct SCIMResourceType: Sendable {
    let name: String
    /// The path's segment, such as `Users`.
    let endpoint: String
    let description: String
    let schema: SCIMSchema
    let extensions: [SCIMSchema]
    /// Attributes of RFC 7643 that Onus does not keep. A PATCH may name them and changes nothing: identity providers
    /// send what their administrators have mapped, and one attribute must not keep a person out.
    let unkept: [String]

    static let user = SCIMResourceType(
        name: "User", endpoint: "Users", description: "People", schema: .user, extensions: [.enterprise],
        unkept: [
            "schemas", "nickName", "profileUrl", "userType", "preferredLanguage", "password", "phoneNumbers", "ims",
            "photos", "addresses", "groups", "entitlements", "roles", "x509Certificates",
        ])
    static let group = SCIMResourceType(
        name: "Group", endpoint: "Groups", description: "Units", schema: .group, extensions: [], unkept: ["schemas"])

    static let all = [user, group]

    /// The names that a filter or a path may use.
    var scope: SCIMScope {
        SCIMScope(attributes: Self.common + schema.attributes, core: schema.id, extensions: extensions)
    }

    /// RFC 7643, section 3.1.
    static let common = [
        SCIMAttribute(
            name: "id", kind: .string, description: "Onus' identifier of the resource.", isCaseExact: true,
            mutability: .readOnly, returned: .always, uniqueness: .server),
        externalID,
        SCIMAttribute(
            name: "meta", kind: .complex, description: "About the resource.", mutability: .readOnly,
            parts: [
                SCIMAttribute(
                    name: "resourceType", kind: .string, description: "Its type.", isCaseExact: true,
                    mutability: .readOnly),
                SCIMAttribute(
                    name: "created", kind: .dateTime, description: "When it was made.", mutability: .readOnly),
                SCIMAttribute(
                    name: "lastModified", kind: .dateTime, description: "When it last changed.", mutability: .readOnly),
                SCIMAttribute(
                    name: "location", kind: .reference, description: "Its address.", isCaseExact: true,
                    mutability: .readOnly),
                SCIMAttribute(
                    name: "version", kind: .string, description: "Its ETag.", isCaseExact: true, mutability: .readOnly),
            ]),
    ]

    private static let externalID = SCIMAttribute(
        name: "externalId", kind: .string, description: "The client's identifier; of a User, the person's in Onus.",
        isCaseExact: true, limit: 200)

    /// What a document holds, in its order.
    var kept: [SCIMAttribute] { [Self.externalID] + schema.attributes }

    func json(base: String) -> JSONValue {
        [
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"], "id": .string(name),
            "name": .string(name), "endpoint": .string("/\(endpoint)"), "description": .string(description),
            "schema": .string(schema.id),
            "schemaExtensions": .array(extensions.map { ["schema": .string($0.id), "required": false] }),
            "meta": ["resourceType": "ResourceType", "location": .string("\(base)/ResourceTypes/\(name)")],
        ]
    }
}
