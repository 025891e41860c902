/// Somebody asks L&D for training.
///
/// Source: `data` of `onus.training.requested` (docs/events.md).
package struct TrainingRequested: Hashable, Sendable {
    /// The request.
    package var request: RequestID
    /// Who asks.
    package var requestedBy: PersonID
    /// For whom (`for` in the event); empty where the event names nobody.
    package var people: [PersonID]
    /// The gap it would close.
    package var gap: GapID?
    /// The programme that is asked for.
    package var programme: ProgrammeID?
    /// Why, in words.
    package var reason: String?

    package init(
        request: RequestID, requestedBy: PersonID, people: [PersonID] = [], gap: GapID? = nil,
        programme: ProgrammeID? = nil, reason: String? = nil
    ) {
        self.request = request
        self.requestedBy = requestedBy
        self.people = people
        self.gap = gap
        self.programme = programme
        self.reason = reason
    }
}

extension TrainingRequested: EventData {
    init(reading reader: MemberReader<some ReadableValue>) throws(Problem) {
        request = try reader.identifier("request")
        requestedBy = try reader.identifier("requestedBy")
        people = try reader.identifiers("for")
        gap = try reader.optionalIdentifier("gap")
        programme = try reader.optionalIdentifier("programme")
        reason = try reader.optionalString("reason")
    }

    var members: JSONObject {
        var members = JSONObject()
        members.append("request", .string(request.rawValue))
        members.append("requestedBy", .string(requestedBy.rawValue))
        if !people.isEmpty { members.append("for", .array(people.map { .string($0.rawValue) })) }
        if let gap { members.append("gap", .string(gap.rawValue)) }
        if let programme { members.append("programme", .string(programme.rawValue)) }
        if let reason { members.append("reason", .string(reason)) }
        return members
    }
}
