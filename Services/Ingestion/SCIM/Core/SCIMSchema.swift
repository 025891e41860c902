import Models

/// A schema: the core of a resource type, or an extension of it.
struct SCIMSchema: Sendable {
    /// Its URN.
    let id: String
    let name: String
    let description: String
    let attributes: [SCIMAttribute]

    func json(base: String) -> JSONValue {
        [
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Schema"], "id": .string(id), "name": .string(name),
            "description": .string(description), "attributes": .array(attributes.map(\.json)),
            "meta": ["resourceType": "Schema", "location": .string("\(base)/Schemas/\(id)")],
        ]
    }
}

extension SCIMSchema {
    /// Whether a body follows a schema, where it says what it follows.
    ///
    /// - Throws: ``SCIMError`` `invalidSyntax`.
    static func check(_ body: JSONObject, names id: String) throws(SCIMError) {
        guard let given = body.value(named: "schemas"), given != .null else { return }
        guard let schemas = given.array, schemas.allSatisfy({ $0.string != nil }),
            schemas.contains(where: { $0.string.map { SCIMText.same($0, id) } ?? false })
        else { throw .bad(.invalidSyntax, "schemas: expected a list with \(id) in it") }
    }

    /// What Onus keeps of RFC 7643, section 4.1, and nothing more: an attribute that is not here is ignored.
    static let user = SCIMSchema(
        id: "urn:ietf:params:scim:schemas:core:2.0:User", name: "User", description: "A person",
        attributes: [
            SCIMAttribute(
                name: "userName", kind: .string,
                description: "The person's identifier in Onus where there is no externalId.", isRequired: true,
                uniqueness: .server, limit: 200),
            SCIMAttribute(
                name: "name", kind: .complex, description: "The person's name.",
                parts: [
                    SCIMAttribute(name: "formatted", kind: .string, description: "The whole name."),
                    SCIMAttribute(name: "familyName", kind: .string, description: "The family name."),
                    SCIMAttribute(name: "givenName", kind: .string, description: "The given name."),
                ]),
            SCIMAttribute(name: "displayName", kind: .string, description: "What the person is called in Onus."),
            SCIMAttribute(name: "title", kind: .string, description: "The person's role.", limit: 200),
            SCIMAttribute(
                name: "locale", kind: .string, description: "The language of the person's notices, such as en-GB."),
            SCIMAttribute(
                name: "timezone", kind: .string, description: "The IANA name of the person's time zone."),
            SCIMAttribute(
                name: "active", kind: .boolean, description: "Whether the person works here; true where absent."),
            SCIMAttribute(
                name: "emails", kind: .complex, description: "Where notices are sent: the primary one.",
                isMultiValued: true,
                parts: [
                    SCIMAttribute(name: "value", kind: .string, description: "The address."),
                    SCIMAttribute(
                        name: "type", kind: .string, description: "What it is for.",
                        canonicalValues: ["work", "home", "other"]),
                    SCIMAttribute(name: "primary", kind: .boolean, description: "Whether it is the one to use."),
                ]),
        ])

    /// RFC 7643, section 4.3.
    static let enterprise = SCIMSchema(
        id: "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User", name: "EnterpriseUser",
        description: "The person's place in the organisation",
        attributes: [
            SCIMAttribute(
                name: "department", kind: .string,
                description: "The person's unit. Where absent, the first group that the person is a member of."),
            SCIMAttribute(
                name: "manager", kind: .complex, description: "Who owns the person's performance.",
                parts: [
                    SCIMAttribute(
                        name: "value", kind: .string,
                        description:
                            "The id of the manager's User; what is no such id is taken for the manager's externalId.",
                        isCaseExact: true, limit: 200)
                ]),
        ])

    /// RFC 7643, section 4.2.
    static let group = SCIMSchema(
        id: "urn:ietf:params:scim:schemas:core:2.0:Group", name: "Group",
        description: "A unit, for those of its members who have no department",
        attributes: [
            SCIMAttribute(
                name: "displayName", kind: .string, description: "The unit's name.", isRequired: true,
                uniqueness: .server),
            SCIMAttribute(
                name: "members", kind: .complex, description: "Who belongs to it.", isMultiValued: true,
                parts: [
                    SCIMAttribute(
                        name: "value", kind: .string, description: "The id of a User.", isCaseExact: true,
                        mutability: .immutable, limit: 200),
                    SCIMAttribute(
                        name: "$ref", kind: .reference, description: "The address of the User.", isCaseExact: true,
                        mutability: .immutable, referenceTypes: ["User"]),
                    SCIMAttribute(
                        name: "type", kind: .string, description: "User.", mutability: .immutable,
                        canonicalValues: ["User"]),
                ]),
        ])
}
