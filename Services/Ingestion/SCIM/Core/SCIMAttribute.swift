import Models

/// An attribute as `/Schemas` describes it, and as values are judged by.
///
/// Source: RFC 7643, sections 2.2 and 7.
struct SCIMAttribute: Sendable {
    enum Kind: String, Sendable {
        case string, boolean, complex, reference, dateTime
    }

    enum Mutability: String, Sendable {
        case readOnly, readWrite, immutable
    }

    enum Returned: String, Sendable {
        case always
        case byDefault = "default"
    }

    enum Uniqueness: String, Sendable {
        case none, server
    }

    let name: String
    let kind: Kind
    let description: String
    var isMultiValued = false
    var isRequired = false
    var isCaseExact = false
    var mutability = Mutability.readWrite
    var returned = Returned.byDefault
    var uniqueness = Uniqueness.none
    /// The longest text, in Unicode scalars.
    var limit = 1_000
    var canonicalValues: [String] = []
    var referenceTypes: [String] = []
    /// The sub-attributes of a complex one.
    var parts: [SCIMAttribute] = []

    func part(_ name: String) -> SCIMAttribute? { parts.named(name) }

    var json: JSONValue {
        var members = JSONObject()
        members.append("name", .string(name))
        members.append("type", .string(kind.rawValue))
        if !parts.isEmpty { members.append("subAttributes", .array(parts.map(\.json))) }
        members.append("multiValued", .bool(isMultiValued))
        members.append("description", .string(description))
        members.append("required", .bool(isRequired))
        if !canonicalValues.isEmpty {
            members.append("canonicalValues", .array(canonicalValues.map { .string($0) }))
        }
        if kind == .string || kind == .reference { members.append("caseExact", .bool(isCaseExact)) }
        members.append("mutability", .string(mutability.rawValue))
        members.append("returned", .string(returned.rawValue))
        if kind != .boolean { members.append("uniqueness", .string(uniqueness.rawValue)) }
        if !referenceTypes.isEmpty {
            members.append("referenceTypes", .array(referenceTypes.map { .string($0) }))
        }
        return .object(members)
    }
}

extension [SCIMAttribute] {
    /// Attribute names are compared without case (RFC 7643, section 2.1).
    func named(_ name: String) -> SCIMAttribute? { first { SCIMText.same($0.name, name) } }
}
