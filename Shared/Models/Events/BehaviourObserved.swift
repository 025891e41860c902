/// What a person does now, on a gap's behaviour.
///
/// Source: `data` of `onus.behaviour.observed` (docs/events.md).
package struct BehaviourObserved: Hashable, Sendable {
    /// The gap whose behaviour it is.
    package var gap: GapID
    /// Who saw it.
    package var observer: PersonID
    /// How well it is done, `0...4`.
    package var level: Double
    /// Where it was seen: a string or an object, as the caller gave it.
    package var context: JSONValue?

    package init(gap: GapID, observer: PersonID, level: Double, context: JSONValue? = nil) {
        self.gap = gap
        self.observer = observer
        self.level = level
        self.context = context
    }
}

extension BehaviourObserved: EventData {
    init(reading reader: MemberReader<some ReadableValue>) throws(Problem) {
        gap = try reader.identifier("gap")
        observer = try reader.identifier("observer")
        level = try reader.number("level", in: 0...4)
        context = try reader.optionalContext("context")
    }

    var members: JSONObject {
        var members = JSONObject()
        members.append("gap", .string(gap.rawValue))
        members.append("observer", .string(observer.rawValue))
        members.append("level", .number(JSONNumber(level)))
        if let context { members.append("context", context) }
        return members
    }
}
