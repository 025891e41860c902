import Models

extension SCIMPatch {
    /// The document that the operations make of this one, one after the other; all or nothing.
    ///
    /// - Throws: ``SCIMError``: `invalidPath`, `noTarget`, `mutability` or `invalidValue`.
    func applied(to document: JSONObject, of type: SCIMResourceType) throws(SCIMError) -> JSONObject {
        var document = document
        for operation in operations { try operation.apply(to: &document, of: type) }
        return try type.finished(document)
    }
}

extension SCIMPatch.Operation {
    func apply(to document: inout JSONObject, of type: SCIMResourceType) throws(SCIMError) {
        if let path {
            try change(
                &document, at: SCIMFilterParser.path(path, urns: type.scope.urns), value, isNamed: true, of: type)
            return
        }
        guard word != .remove else { throw .bad(.noTarget, "remove: expected a path") }
        guard case .object(let members)? = value else {
            throw .bad(.invalidValue, "\(word.rawValue): expected an object where there is no path")
        }
        for member in members.members {
            // Names are paths here: dotted, or with a URN (Microsoft Entra ID). One that is none is ignored, as in a
            // resource's body.
            guard let path = try? SCIMFilterParser.path(member.name, urns: type.scope.urns) else { continue }
            try change(&document, at: path, member.value, isNamed: false, of: type)
        }
    }

    /// - Parameter isNamed: Whether the client gave this path, and so is told what is wrong with it.
    private func change(
        _ document: inout JSONObject, at path: SCIMPath, _ value: JSONValue?, isNamed: Bool, of type: SCIMResourceType
    ) throws(SCIMError) {
        if let schema = type.scope.wholeExtension(path) {
            return try change(&document, extension: schema, value, isNamed: isNamed, of: type)
        }
        guard let target = type.scope.target(of: path) else {
            guard isNamed, !type.leavesOut(path) else { return }
            throw .bad(.invalidPath, "path: expected an attribute that /Schemas describes")
        }
        guard target.attribute.mutability != .readOnly, target.part?.mutability != .readOnly else {
            guard isNamed else { return }
            throw .bad(.mutability, "\(target.attribute.name): can't be changed")
        }
        var container = target.extensionID.map { document[$0]?.object ?? JSONObject() } ?? document
        container.assign(
            target.attribute.name,
            try SCIMChange(word: word, attribute: target.attribute, part: target.part, filter: path.filter)
                .result(of: container[target.attribute.name], value))
        if let urn = target.extensionID {
            document.assign(urn, .object(container))
        } else {
            document = container
        }
    }

    private func change(
        _ document: inout JSONObject, extension schema: SCIMSchema, _ value: JSONValue?, isNamed: Bool,
        of type: SCIMResourceType
    ) throws(SCIMError) {
        if word == .remove || value == .null {
            document.assign(schema.id, nil)
            return
        }
        guard case .object(let members)? = value else {
            throw .bad(.invalidValue, "\(schema.id): expected an object")
        }
        for member in members.members where SCIMPath.isName(member.name[...]) {
            try change(
                &document, at: SCIMPath(urn: schema.id, member.name), member.value, isNamed: false, of: type)
        }
    }
}

extension SCIMResourceType {
    /// Whether the path names something that RFC 7643 knows and Onus does not keep, or an extension of the client's.
    fileprivate func leavesOut(_ path: SCIMPath) -> Bool {
        if let urn = path.urn, !SCIMText.same(urn, schema.id) { return true }
        return unkept.contains { SCIMText.same($0, path.attribute) }
            // Its other parts: middleName, honorificPrefix, display.
            || (path.part != nil && kept.named(path.attribute)?.kind == .complex)
    }
}
