/// A coaching interaction. Who the coach is to the person is derived from the organisation on that day.
///
/// Source: `data` of `onus.coaching.held` (docs/events.md).
package struct CoachingHeld: Hashable, Sendable {
    /// Who was coached.
    package var person: PersonID
    /// A person as coach, or an outside provider.
    package var by: CoachingSource
    /// The situation it was held in.
    package var context: CoachingContext?
    /// Whether the coach saw the person at work in it.
    package var observed: Bool?
    /// The gap it works on.
    package var gap: GapID?
    /// How long it took; not negative.
    package var minutes: Double?
    /// The event it follows up.
    package var follows: EventIdentity?

    package init(
        person: PersonID, by: CoachingSource, context: CoachingContext? = nil, observed: Bool? = nil,
        gap: GapID? = nil, minutes: Double? = nil, follows: EventIdentity? = nil
    ) {
        self.person = person
        self.by = by
        self.context = context
        self.observed = observed
        self.gap = gap
        self.minutes = minutes
        self.follows = follows
    }
}

extension CoachingHeld: EventData {
    init(reading reader: MemberReader<some ReadableValue>) throws(Problem) {
        person = try reader.identifier("person")
        by = try CoachingSource(reading: reader)
        context = try reader.optionalObject("context")
        observed = try reader.optionalBool("observed")
        gap = try reader.optionalIdentifier("gap")
        minutes = try reader.optionalNumber("minutes")
        follows = try reader.optionalEventIdentity("follows")
    }

    var members: JSONObject {
        var members = JSONObject()
        members.append("person", .string(person.rawValue))
        members.append(by.member)
        if let context { members.append("context", context.json) }
        if let observed { members.append("observed", .bool(observed)) }
        if let gap { members.append("gap", .string(gap.rawValue)) }
        if let minutes { members.append("minutes", .number(JSONNumber(minutes))) }
        if let follows { members.append("follows", follows.json) }
        return members
    }
}
