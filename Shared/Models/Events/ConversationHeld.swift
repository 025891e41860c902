/// Contact between a manager and a person, which is not coaching by itself.
///
/// Source: `data` of `onus.conversation.held` (docs/events.md).
package struct ConversationHeld: Hashable, Sendable {
    /// Who led it.
    package var manager: PersonID
    /// With whom.
    package var person: PersonID
    /// What kind of conversation.
    package var kind: ConversationKind

    package init(manager: PersonID, person: PersonID, kind: ConversationKind) {
        self.manager = manager
        self.person = person
        self.kind = kind
    }
}

extension ConversationHeld: EventData {
    init(reading reader: MemberReader<some ReadableValue>) throws(Problem) {
        manager = try reader.identifier("manager")
        person = try reader.identifier("person")
        kind = try reader.choice("kind")
    }

    var members: JSONObject {
        var members = JSONObject()
        members.append("manager", .string(manager.rawValue))
        members.append("person", .string(person.rawValue))
        members.append("kind", .string(kind.rawValue))
        return members
    }
}
