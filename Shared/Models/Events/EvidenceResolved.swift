/// A human decides about a contested event.
///
/// Source: `data` of `onus.evidence.resolved` (docs/events.md).
package struct EvidenceResolved: Hashable, Sendable {
    /// The event that is decided about.
    package var event: EventIdentity
    /// Whether it counts.
    package var decision: Decision
    /// Who decides.
    package var by: PersonID

    package init(event: EventIdentity, decision: Decision, by: PersonID) {
        self.event = event
        self.decision = decision
        self.by = by
    }
}

extension EvidenceResolved: EventData {
    init(reading reader: MemberReader<some ReadableValue>) throws(Problem) {
        event = try reader.eventIdentity("event")
        decision = try reader.choice("decision")
        by = try reader.identifier("by")
    }

    var members: JSONObject {
        var members = JSONObject()
        members.append("event", event.json)
        members.append("decision", .string(decision.rawValue))
        members.append("by", .string(by.rawValue))
        return members
    }
}
