import Models

extension SCIMAttribute {
    /// Reads a value as a client sends it.
    ///
    /// Taken too: a bare value for an attribute that has several, `"False"` for a boolean (Microsoft Entra ID), a bare
    /// text for a complex attribute with a `value` (its manager).
    ///
    /// - Parameter place: The attribute's path, for messages.
    /// - Returns: `nil` where the value says that there is none: `null`, an empty text, array or object.
    /// - Throws: ``SCIMError`` `invalidValue`.
    func read(_ value: JSONValue, at place: String) throws(SCIMError) -> JSONValue? {
        if case .null = value { return nil }
        guard isMultiValued else { return try readOne(value, at: place) }
        var elements: [JSONValue] = []
        for (index, element) in (value.array ?? [value]).enumerated() {
            if let element = try readOne(element, at: "\(place)[\(index)]") { elements.append(element) }
        }
        guard elements.count(where: { $0["primary"] == true }) <= 1 else {
            throw .bad(.invalidValue, "\(place): expected at most one primary value")
        }
        guard !elements.isEmpty else { return nil }
        return .array(elements)
    }

    /// Reads one value of the attribute.
    func readOne(_ value: JSONValue, at place: String) throws(SCIMError) -> JSONValue? {
        switch (kind, value) {
        case (_, .null): return nil
        case (.complex, .object(let object)):
            let parts = try readParts(object, at: place)
            guard !parts.isEmpty else { return nil }
            return .object(parts)
        case (.complex, .string(let text)) where part("value") != nil:
            guard !text.isEmpty else { return nil }
            return try readOne(["value": value], at: place)
        case (.boolean, _):
            guard let bool = Self.bool(value) else { throw expected("true or false", value, at: place) }
            return .bool(bool)
        case (.string, .string(let text)), (.reference, .string(let text)), (.dateTime, .string(let text)):
            guard text.utf8.count <= limit || text.unicodeScalars.count <= limit else {
                throw .bad(.invalidValue, "\(place): expected at most \(limit) characters")
            }
            // Not by `?:`, in which nil may be JSON's null.
            guard !text.isEmpty else { return nil }
            return value
        case (.string, _), (.reference, _), (.dateTime, _): throw expected("a string", value, at: place)
        case (.complex, _): throw expected("an object", value, at: place)
        }
    }

    /// The parts of a complex value that may be written; others are left out.
    func readParts(_ object: JSONObject, at place: String) throws(SCIMError) -> JSONObject {
        var members = JSONObject()
        for part in parts where part.mutability != .readOnly {
            guard let given = object.value(named: part.name),
                let value = try part.read(given, at: "\(place).\(part.name)")
            else { continue }
            members.append(part.name, value)
        }
        // A reference alone names its resource by the last step.
        if part("value") != nil, members["value"] == nil, let last = members["$ref"]?.string?.split(separator: "/").last
        {
            members.append("value", .string(String(last)))
        }
        return members
    }

    private func expected(_ kind: String, _ value: JSONValue, at place: String) -> SCIMError {
        .bad(.invalidValue, "\(place): expected \(kind), got \(value.kind)")
    }
}
