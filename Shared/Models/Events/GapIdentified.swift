/// Opens a performance gap.
///
/// Source: `data` of `onus.gap.identified` (docs/events.md).
package struct GapIdentified: Hashable, Sendable {
    /// The gap; of two events for one the smaller by ``EventOrder`` wins.
    package var gap: GapID
    /// Whose performance it is about.
    package var person: PersonID
    /// Why performance falls short.
    package var cause: Cause
    /// The expectation that is not met.
    package var expectation: ExpectationID?
    /// Who saw it.
    package var identifiedBy: PersonID?
    /// What falls short, in words.
    package var summary: String?
    /// What would show that it is closed.
    package var metric: Metric?

    package init(
        gap: GapID, person: PersonID, cause: Cause, expectation: ExpectationID? = nil,
        identifiedBy: PersonID? = nil, summary: String? = nil, metric: Metric? = nil
    ) {
        self.gap = gap
        self.person = person
        self.cause = cause
        self.expectation = expectation
        self.identifiedBy = identifiedBy
        self.summary = summary
        self.metric = metric
    }
}

extension GapIdentified: EventData {
    init(reading reader: MemberReader<some ReadableValue>) throws(Problem) {
        gap = try reader.identifier("gap")
        person = try reader.identifier("person")
        cause = try reader.choice("cause")
        expectation = try reader.optionalIdentifier("expectation")
        identifiedBy = try reader.optionalIdentifier("identifiedBy")
        summary = try reader.optionalString("summary")
        metric = try reader.optionalObject("metric")
    }

    var members: JSONObject {
        var members = JSONObject()
        members.append("gap", .string(gap.rawValue))
        members.append("person", .string(person.rawValue))
        members.append("cause", .string(cause.rawValue))
        if let expectation { members.append("expectation", .string(expectation.rawValue)) }
        if let identifiedBy { members.append("identifiedBy", .string(identifiedBy.rawValue)) }
        if let summary { members.append("summary", .string(summary)) }
        if let metric { members.append("metric", metric.json) }
        return members
    }
}
