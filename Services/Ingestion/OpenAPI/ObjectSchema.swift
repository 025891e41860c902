import Models

/// A JSON schema of an object, written as a list of members.
struct ObjectSchema: ExpressibleByArrayLiteral {
    struct Member {
        let name: String
        let schema: JSONValue
        let isRequired: Bool
    }

    let members: [Member]
    /// Names of which exactly one is given; empty where there is no such rule.
    var oneOf: [String] = []

    init(arrayLiteral members: Member...) {
        self.members = members
    }

    func exactlyOne(of names: String...) -> ObjectSchema {
        var copy = self
        copy.oneOf = names
        return copy
    }

    var schema: JSONValue {
        var properties = JSONObject()
        for member in members {
            properties.append(member.name, member.schema)
        }
        var schema = JSONObject()
        schema.append("type", "object")
        let required = members.filter(\.isRequired).map { JSONValue.string($0.name) }
        if !required.isEmpty {
            schema.append("required", .array(required))
        }
        schema.append("properties", .object(properties))
        if !oneOf.isEmpty {
            schema.append("oneOf", .array(oneOf.map { ["required": .array([.string($0)])] }))
        }
        return .object(schema)
    }
}

extension ObjectSchema.Member {
    static func required(_ name: String, _ schema: JSONValue) -> Self {
        Self(name: name, schema: schema, isRequired: true)
    }

    static func optional(_ name: String, _ schema: JSONValue) -> Self {
        Self(name: name, schema: schema, isRequired: false)
    }
}

extension JSONValue {
    static let identifierSchema: JSONValue = ["type": "string", "minLength": 1, "maxLength": 200]
    static let dateSchema: JSONValue = ["type": "string", "format": "date"]
    static let textSchema: JSONValue = ["type": "string"]
    static let booleanSchema: JSONValue = ["type": "boolean"]
    static let numberSchema: JSONValue = ["type": "number"]

    /// One of the words of a closed list.
    static func choiceSchema<Choice: CaseIterable & RawRepresentable>(_ type: Choice.Type) -> JSONValue
    where Choice.RawValue == String {
        ["enum": .array(type.allCases.map { .string($0.rawValue) })]
    }
}
