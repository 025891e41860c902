import Models

/// JSON schemas of attributes: what ``SCIMAttribute/read(_:at:)`` takes, and what is answered.
extension SCIMAttribute {
    /// Of a value as a client may send it, in the lenient forms too.
    ///
    /// - Parameter isNeeded: Whether a value that says that there is none is refused.
    func given(isNeeded: Bool = false) -> JSONValue {
        guard isMultiValued else { return described(one(isNeeded: isNeeded)) }
        let element = one(isNeeded: false)
        return described(["anyOf": [["type": "array", "items": element], element]])
    }

    /// Of a value in an answer.
    var answered: JSONValue {
        var schema = JSONObject()
        switch kind {
        case .complex:
            schema = Self.object(parts.map { ($0.name, $0.answered) }, required: []).object ?? schema
        case .boolean: schema.append("type", "boolean")
        case .dateTime:
            schema.append("type", "string")
            schema.append("format", "date-time")
        case .string, .reference: schema.append("type", "string")
        }
        guard isMultiValued else { return described(.object(schema)) }
        return described(["type": "array", "items": .object(schema)])
    }

    /// Those that may be written, as members of a body.
    static func members(_ attributes: [SCIMAttribute]) -> [(String, JSONValue)] {
        attributes.filter { $0.mutability != .readOnly }.map { ($0.name, $0.given(isNeeded: $0.isRequired)) }
    }

    static func object(_ members: [(String, JSONValue)], required: [String], orNull: Bool = false) -> JSONValue {
        var properties = JSONObject()
        for (name, schema) in members { properties.append(name, schema) }
        var schema = JSONObject()
        schema.append("type", orNull ? ["object", "null"] : "object")
        if !required.isEmpty { schema.append("required", .array(required.map { .string($0) })) }
        schema.append("properties", .object(properties))
        return .object(schema)
    }

    private func one(isNeeded: Bool) -> JSONValue {
        switch kind {
        case .string, .reference, .dateTime:
            var schema = JSONObject()
            schema.append("type", isNeeded ? "string" : ["string", "null"])
            if isNeeded { schema.append("minLength", 1) }
            schema.append("maxLength", .number(JSONNumber(limit)))
            return .object(schema)
        case .boolean:
            return ["anyOf": [["type": ["boolean", "null"]], ["type": "string", "pattern": .string(Self.word)]]]
        case .complex:
            let object = Self.object(Self.members(parts), required: [], orNull: true)
            guard let value = part("value") else { return object }
            return ["anyOf": [object, ["type": "string", "maxLength": .number(JSONNumber(value.limit))]]]
        }
    }

    private static let word = "^([Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee])$"

    private func described(_ schema: JSONValue) -> JSONValue {
        guard case .object(var members) = schema else { return schema }
        members.set("description", .string(description))
        return .object(members)
    }
}

extension SCIMResourceType {
    /// Of the body of a POST or PUT.
    var given: JSONValue {
        let required = kept.filter(\.isRequired).map(\.name)
        let members =
            [("schemas", SCIMDescription.schemas(naming: schema.id))] + SCIMAttribute.members(kept)
            + extensions.map {
                ($0.id, SCIMAttribute.object(SCIMAttribute.members($0.attributes), required: [], orNull: true))
            }
        return SCIMAttribute.object(members, required: required)
    }

    /// Of the resource as it is answered, whole or as much of it as was asked for.
    var answered: JSONValue {
        let attributes = Self.common.filter { !$0.isWritten } + kept
        let members =
            [("schemas", SCIMDescription.strings)] + attributes.map { ($0.name, $0.answered) }
            + extensions.map {
                ($0.id, SCIMAttribute.object($0.attributes.map { ($0.name, $0.answered) }, required: []))
            }
        return SCIMAttribute.object(members, required: ["schemas", "id"])
    }
}

extension SCIMAttribute {
    fileprivate var isWritten: Bool { mutability != .readOnly }
}
