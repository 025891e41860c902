/// Who coached: a person, or somebody or something from outside.
package enum CoachingSource: Hashable, Sendable {
    case coach(PersonID)
    case provider(kind: ProviderKind, name: String?)

    /// Reads `coach` or `provider`, of which the event names exactly one.
    init(reading reader: MemberReader<some ReadableValue>) throws(Problem) {
        let coach: PersonID? = try reader.optionalIdentifier("coach")
        let provider: Provider? = try reader.optionalObject("provider")
        switch (coach, provider) {
        case (let coach?, nil):
            self = .coach(coach)
        case (nil, let provider?):
            self = .provider(kind: provider.kind, name: provider.name)
        case (nil, nil):
            throw reader.missing("coach", "expected exactly one of coach and provider, got neither")
        case (_?, _?):
            throw reader.problem("provider", "expected exactly one of coach and provider, got both")
        }
    }

    var member: JSONObject.Member {
        switch self {
        case .coach(let coach): JSONObject.Member(name: "coach", value: .string(coach.rawValue))
        case .provider(let kind, let name):
            JSONObject.Member(name: "provider", value: Provider(kind: kind, name: name).json)
        }
    }

    private struct Provider: EventData {
        let kind: ProviderKind
        let name: String?

        init(kind: ProviderKind, name: String?) {
            self.kind = kind
            self.name = name
        }

        init(reading reader: MemberReader<some ReadableValue>) throws(Problem) {
            kind = try reader.choice("kind")
            name = try reader.optionalString("name")
        }

        var members: JSONObject {
            var members = JSONObject()
            members.append("kind", .string(kind.rawValue))
            if let name { members.append("name", .string(name)) }
            return members
        }
    }
}
