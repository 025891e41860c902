import Models

/// In what form statements are given back.
///
/// Source: xAPI 1.0.3, part 3, section 2.1.3, "format".
enum XAPIFormat: String, CaseIterable, Sendable {
    /// As they came.
    case exact
    /// Identifiers of actors, verbs and activities only.
    case ids
    /// One language of each language map.
    case canonical

    /// - Parameter languages: What the client would rather read, the best first.
    func applied(to statement: JSONObject, languages: [String]) -> JSONObject {
        switch self {
        case .exact: statement
        case .ids: Self.identified(statement)
        case .canonical: Self.inOneLanguage(.object(statement), languages).object ?? statement
        }
    }

    // MARK: Identifiers

    private static func identified(_ statement: JSONObject) -> JSONObject {
        var short = statement
        for member in statement.members {
            switch member.name {
            case "actor", "authority": short.set(member.name, actor(member.value))
            case "verb": short.set("verb", only(["id"], of: member.value))
            case "object": short.set("object", object(member.value))
            case "context":
                guard case .object(var context) = member.value else { continue }
                for name in ["instructor", "team"] {
                    if let value = context[name] { context.set(name, actor(value)) }
                }
                if let groups = context["contextActivities"]?.object {
                    context.set(
                        "contextActivities",
                        .object(
                            groups.mapValues { group in
                                .array((group.array ?? [group]).map { only(["objectType", "id"], of: $0) })
                            }))
                }
                short.set("context", .object(context))
            default: continue
            }
        }
        return short
    }

    private static func object(_ value: JSONValue) -> JSONValue {
        switch value["objectType"]?.string {
        case "Agent", "Group": actor(value)
        case "StatementRef": value
        case "SubStatement": value.object.map { .object(identified($0)) } ?? value
        default: only(["objectType", "id"], of: value)
        }
    }

    /// An anonymous group is known by its members alone.
    private static func actor(_ value: JSONValue) -> JSONValue {
        let identifiers: Set<String> = ["objectType", "mbox", "mbox_sha1sum", "openid", "account"]
        let short = only(identifiers, of: value)
        guard short["objectType"] == "Group", short.object?.members.count == 1, let members = value["member"]?.array,
            case .object(var group) = short
        else { return short }
        group.append("member", .array(members.map { only(identifiers, of: $0) }))
        return .object(group)
    }

    private static func only(_ names: Set<String>, of value: JSONValue) -> JSONValue {
        value.object.map { .object($0.filter { names.contains($0.name) }) } ?? value
    }

    // MARK: Languages

    private static func inOneLanguage(_ value: JSONValue, _ languages: [String]) -> JSONValue {
        switch value {
        case .object(let object):
            var short = JSONObject()
            for member in object.members {
                let isMap = ["display", "description"].contains(member.name) || (member.name == "name")
                if isMap, case .object(let map) = member.value {
                    short.append(member.name, .object(one(of: map, languages)))
                } else if member.name == "extensions" {
                    short.append(member)
                } else {
                    short.append(member.name, inOneLanguage(member.value, languages))
                }
            }
            return .object(short)
        case .array(let array): return .array(array.map { inOneLanguage($0, languages) })
        case .null, .bool, .number, .string: return value
        }
    }

    private static func one(of map: JSONObject, _ languages: [String]) -> JSONObject {
        for language in languages {
            let wanted = language.lowercased()
            let found = map.members.first {
                let name = $0.name.lowercased()
                return name == wanted || name.hasPrefix(wanted + "-")
            }
            if let found { return map.filter { $0 == found } }
        }
        guard let first = map.members.first else { return map }
        return map.filter { $0 == first }
    }
}
