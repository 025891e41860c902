import Models

/// Which attributes a client wants to see.
///
/// Source: RFC 7644, section 3.9. Names that are not known are ignored.
struct SCIMProjection: Sendable {
    /// Only these, where not empty; what is always returned is returned.
    let attributes: [String]
    let excluded: [String]

    static let everything = SCIMProjection(attributes: [], excluded: [])

    /// Whether the attribute need not be read at all.
    func leavesOut(_ name: String, of type: SCIMResourceType) -> Bool {
        if attributes.isEmpty {
            return paths(excluded, type).contains { SCIMText.same($0.attribute, name) && $0.part == nil }
        }
        return !paths(attributes, type).contains { SCIMText.same($0.attribute, name) }
    }

    func applied(to full: JSONObject, of type: SCIMResourceType) -> JSONObject {
        guard !(attributes.isEmpty && excluded.isEmpty) else { return full }
        let always: (JSONObject.Member) -> Bool = { $0.name == "schemas" || $0.name == "id" }
        if attributes.isEmpty {
            return removing(paths(excluded, type), from: full, of: type) { always($0) }
        }
        return keeping(paths(attributes, type), of: full, type) { always($0) }
    }

    private func paths(_ names: [String], _ type: SCIMResourceType) -> [SCIMPath] {
        let urns = type.scope.urns
        return names.compactMap { SCIMPath(word: $0, urns: urns) }
    }

    private func keeping(
        _ paths: [SCIMPath], of full: JSONObject, _ type: SCIMResourceType, always: (JSONObject.Member) -> Bool
    ) -> JSONObject {
        var kept = JSONObject()
        for member in full.members {
            if always(member) {
                kept.append(member)
            } else if type.extensions.contains(where: { $0.id == member.name }) {
                let inside = paths.filter { $0.urn == member.name }
                if inside.contains(where: { $0.attribute.isEmpty }) {
                    kept.append(member)
                } else if case .object(let object) = member.value {
                    let some = chosen(object, inside)
                    if !some.isEmpty { kept.append(member.name, .object(some)) }
                }
            } else {
                let some = chosen(JSONObject(member), paths.filter { $0.urn == nil || $0.urn == type.schema.id })
                for member in some.members { kept.append(member) }
            }
        }
        return kept
    }

    private func chosen(_ object: JSONObject, _ paths: [SCIMPath]) -> JSONObject {
        var kept = JSONObject()
        for member in object.members {
            let matching = paths.filter { SCIMText.same($0.attribute, member.name) }
            if matching.contains(where: { $0.part == nil }) {
                kept.append(member)
            } else if !matching.isEmpty {
                let parts = matching.compactMap(\.part)
                kept.append(
                    member.name,
                    member.value.filteringParts { name in parts.contains { SCIMText.same($0, name) } })
            }
        }
        return kept
    }

    private func removing(
        _ paths: [SCIMPath], from full: JSONObject, of type: SCIMResourceType, always: (JSONObject.Member) -> Bool
    ) -> JSONObject {
        var kept = JSONObject()
        for member in full.members {
            if always(member) {
                kept.append(member)
            } else if type.extensions.contains(where: { $0.id == member.name }) {
                let inside = paths.filter { $0.urn == member.name }
                guard !inside.contains(where: { $0.attribute.isEmpty }), case .object(let object) = member.value
                else { continue }
                let rest = remaining(object, inside)
                if !rest.isEmpty { kept.append(member.name, .object(rest)) }
            } else {
                let rest = remaining(JSONObject(member), paths.filter { $0.urn == nil || $0.urn == type.schema.id })
                for member in rest.members { kept.append(member) }
            }
        }
        return kept
    }

    private func remaining(_ object: JSONObject, _ paths: [SCIMPath]) -> JSONObject {
        var kept = JSONObject()
        for member in object.members {
            let matching = paths.filter { SCIMText.same($0.attribute, member.name) }
            if matching.contains(where: { $0.part == nil }) { continue }
            let parts = matching.compactMap(\.part)
            kept.append(
                member.name,
                parts.isEmpty
                    ? member.value
                    : member.value.filteringParts { name in !parts.contains { SCIMText.same($0, name) } })
        }
        return kept
    }
}

extension JSONObject {
    fileprivate init(_ member: Member) {
        self.init()
        append(member)
    }
}

extension JSONValue {
    /// The value, or each of its elements, with some of its parts.
    fileprivate func filteringParts(_ isKept: (String) -> Bool) -> JSONValue {
        switch self {
        case .object(let object): .object(object.filter { isKept($0.name) })
        case .array(let elements): .array(elements.map { $0.filteringParts(isKept) })
        case .null, .bool, .number, .string: self
        }
    }
}
