/// An event never counted, for any scored day.
///
/// Source: `data` of `onus.event.retracted` (docs/events.md).
package struct EventRetracted: Hashable, Sendable {
    /// The event that is retracted.
    package var event: EventIdentity
    /// Why.
    package var reason: String?
    /// By whom.
    package var by: PersonID?

    package init(event: EventIdentity, reason: String? = nil, by: PersonID? = nil) {
        self.event = event
        self.reason = reason
        self.by = by
    }
}

extension EventRetracted: EventData {
    init(reading reader: MemberReader<some ReadableValue>) throws(Problem) {
        event = try reader.eventIdentity("event")
        reason = try reader.optionalString("reason")
        by = try reader.optionalIdentifier("by")
    }

    var members: JSONObject {
        var members = JSONObject()
        members.append("event", event.json)
        if let reason { members.append("reason", .string(reason)) }
        if let by { members.append("by", .string(by.rawValue)) }
        return members
    }
}
