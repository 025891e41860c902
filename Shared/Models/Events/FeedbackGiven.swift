/// Feedback from one person to another.
///
/// Source: `data` of `onus.feedback.given` (docs/events.md).
package struct FeedbackGiven: Hashable, Sendable {
    /// Who gave it.
    package var from: PersonID
    /// Who received it.
    package var person: PersonID
    /// What it is about: a string or an object, as the caller gave it.
    package var context: JSONValue?
    /// The gap it is about.
    package var gap: GapID?

    package init(from: PersonID, person: PersonID, context: JSONValue? = nil, gap: GapID? = nil) {
        self.from = from
        self.person = person
        self.context = context
        self.gap = gap
    }
}

extension FeedbackGiven: EventData {
    init(reading reader: MemberReader<some ReadableValue>) throws(Problem) {
        from = try reader.identifier("from")
        person = try reader.identifier("person")
        context = try reader.optionalContext("context")
        gap = try reader.optionalIdentifier("gap")
    }

    var members: JSONObject {
        var members = JSONObject()
        members.append("from", .string(from.rawValue))
        members.append("person", .string(person.rawValue))
        if let context { members.append("context", context) }
        if let gap { members.append("gap", .string(gap.rawValue)) }
        return members
    }
}
