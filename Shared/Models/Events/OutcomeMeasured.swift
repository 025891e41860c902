/// A gap's metric now. On a gap without a metric it is kept and not scored.
///
/// Source: `data` of `onus.outcome.measured` (docs/events.md).
package struct OutcomeMeasured: Hashable, Sendable {
    /// The gap whose metric it is.
    package var gap: GapID
    /// The metric's value, in the metric's unit.
    package var value: Double
    /// Who measured it.
    package var measuredBy: PersonID?

    package init(gap: GapID, value: Double, measuredBy: PersonID? = nil) {
        self.gap = gap
        self.value = value
        self.measuredBy = measuredBy
    }
}

extension OutcomeMeasured: EventData {
    init(reading reader: MemberReader<some ReadableValue>) throws(Problem) {
        gap = try reader.identifier("gap")
        value = try reader.number("value")
        measuredBy = try reader.optionalIdentifier("measuredBy")
    }

    var members: JSONObject {
        var members = JSONObject()
        members.append("gap", .string(gap.rawValue))
        members.append("value", .number(JSONNumber(value)))
        if let measuredBy { members.append("measuredBy", .string(measuredBy.rawValue)) }
        return members
    }
}
