import Models

/// What is kept of a resource's body: canonical names in the schema's order, no empty values, nothing that the schemas
/// do not describe.
extension SCIMResourceType {
    /// Reads the body of a POST or PUT.
    ///
    /// - Throws: ``SCIMError`` `invalidSyntax` where it is no such resource, `invalidValue` for the first bad value.
    func document(from body: JSONValue) throws(SCIMError) -> JSONObject {
        guard case .object(let object) = body else {
            throw .bad(.invalidSyntax, "expected an object, got \(body.kind)")
        }
        try SCIMSchema.check(object, names: schema.id)
        var document = JSONObject()
        for attribute in kept {
            guard let given = object.value(named: attribute.name) else { continue }
            document.assign(attribute.name, try attribute.read(given, at: attribute.name))
        }
        for schema in extensions {
            guard let given = object.value(named: schema.id) else { continue }
            guard case .object(let members) = given else {
                if case .null = given { continue }
                throw .bad(.invalidValue, "\(schema.id): expected an object, got \(given.kind)")
            }
            var kept = JSONObject()
            for attribute in schema.attributes {
                guard let value = members.value(named: attribute.name) else { continue }
                kept.assign(attribute.name, try attribute.read(value, at: attribute.name))
            }
            document.assign(schema.id, .object(kept))
        }
        return try finished(document)
    }

    /// A document in its one form, so that equal resources are equal documents.
    ///
    /// - Throws: ``SCIMError`` `invalidValue` where a required attribute is missing.
    func finished(_ document: JSONObject) throws(SCIMError) -> JSONObject {
        var finished = JSONObject()
        for attribute in kept {
            if let value = document[attribute.name].flatMap(attribute.finished) {
                finished.append(attribute.name, value)
            } else if attribute.isRequired {
                throw .bad(.invalidValue, "\(attribute.name): expected a value, got none")
            }
        }
        for schema in extensions {
            guard case .object(let given)? = document[schema.id] else { continue }
            var members = JSONObject()
            for attribute in schema.attributes {
                if let value = given[attribute.name].flatMap(attribute.finished) {
                    members.append(attribute.name, value)
                }
            }
            if !members.isEmpty { finished.append(schema.id, .object(members)) }
        }
        return finished
    }
}

extension SCIMAttribute {
    /// A stored value in its one form; `nil` where nothing is left of it.
    fileprivate func finished(_ value: JSONValue) -> JSONValue? {
        guard kind == .complex else {
            if case .null = value { return nil }
            return value
        }
        guard isMultiValued else { return finishedParts(value) }
        var known: Set<[String?]> = []
        let elements = (value.array ?? []).compactMap { element -> JSONValue? in
            guard let parts = finishedParts(element), known.insert(key(of: parts)).inserted else { return nil }
            return parts
        }
        guard !elements.isEmpty else { return nil }
        return .array(elements)
    }

    private func finishedParts(_ value: JSONValue) -> JSONValue? {
        guard case .object(let object) = value else { return nil }
        var members = JSONObject()
        for part in parts {
            if let value = object[part.name] { members.append(part.name, value) }
        }
        if part("value") != nil, members["value"] == nil { return nil }
        guard !members.isEmpty else { return nil }
        return .object(members)
    }

    /// What tells elements apart: the value, and what it is for.
    func key(of element: JSONValue) -> [String?] {
        let type = part("type")?.mutability == .immutable ? nil : element["type"]?.string
        let value = element["value"]?.string
        return [part("value")?.isCaseExact == true ? value : value.map(SCIMText.fold), type.map(SCIMText.fold)]
    }
}
