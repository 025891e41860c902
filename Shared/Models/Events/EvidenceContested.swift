/// A person disputes an event: it counts for no day until resolved.
///
/// Source: `data` of `onus.evidence.contested` (docs/events.md).
package struct EvidenceContested: Hashable, Sendable {
    /// The event that is contested.
    package var event: EventIdentity
    /// Who contests it.
    package var by: PersonID
    /// Why.
    package var reason: String?

    package init(event: EventIdentity, by: PersonID, reason: String? = nil) {
        self.event = event
        self.by = by
        self.reason = reason
    }
}

extension EvidenceContested: EventData {
    init(reading reader: MemberReader<some ReadableValue>) throws(Problem) {
        event = try reader.eventIdentity("event")
        by = try reader.identifier("by")
        reason = try reader.optionalString("reason")
    }

    var members: JSONObject {
        var members = JSONObject()
        members.append("event", event.json)
        members.append("by", .string(by.rawValue))
        if let reason { members.append("reason", .string(reason)) }
        return members
    }
}
