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
        let isKeeping = !attributes.isEmpty
        let paths = paths(isKeeping ? attributes : excluded, type)
        var kept = JSONObject()
        for member in full.members {
            if member.name == "schemas" || member.name == "id" {
                // Always returned.
                kept.append(member)
            } else if type.extensions.contains(where: { $0.id == member.name }) {
                let inside = paths.filter { $0.urn == member.name }
                let isNamed = inside.contains { $0.attribute.isEmpty }
                if isNamed, isKeeping { kept.append(member) }
                guard !isNamed, case .object(let object) = member.value else { continue }
                let some = part(of: object, at: inside, isKeeping: isKeeping)
                if !some.isEmpty { kept.append(member.name, .object(some)) }
            } else {
                let own = paths.filter { $0.urn == nil || $0.urn == type.schema.id }
                for member in part(of: JSONObject(member), at: own, isKeeping: isKeeping).members {
                    kept.append(member)
                }
            }
        }
        return kept
    }

    private func paths(_ names: [String], _ type: SCIMResourceType) -> [SCIMPath] {
        let urns = type.scope.urns
        return names.compactMap { SCIMPath(word: $0, urns: urns) }
    }

    /// What the paths name, or what they leave.
    private func part(of object: JSONObject, at paths: [SCIMPath], isKeeping: Bool) -> JSONObject {
        var kept = JSONObject()
        for member in object.members {
            let matching = paths.filter { SCIMText.same($0.attribute, member.name) }
            let parts = matching.compactMap(\.part)
            if matching.isEmpty || parts.count < matching.count {
                if isKeeping != matching.isEmpty { kept.append(member) }
            } else {
                kept.append(
                    member.name,
                    member.value.filteringParts { name in
                        parts.contains { SCIMText.same($0, name) } == isKeeping
                    })
            }
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
