/// Ends a gap.
///
/// Source: `data` of `onus.gap.closed` (docs/events.md).
package struct GapClosed: Hashable, Sendable {
    /// The gap that ends; of several events the smallest on or after the identification day wins.
    package var gap: GapID
    /// How it ended.
    package var outcome: GapOutcome
    /// Who ended it.
    package var by: PersonID?

    package init(gap: GapID, outcome: GapOutcome, by: PersonID? = nil) {
        self.gap = gap
        self.outcome = outcome
        self.by = by
    }
}

extension GapClosed: EventData {
    init(reading reader: MemberReader<some ReadableValue>) throws(Problem) {
        gap = try reader.identifier("gap")
        outcome = try reader.choice("outcome")
        by = try reader.optionalIdentifier("by")
    }

    var members: JSONObject {
        var members = JSONObject()
        members.append("gap", .string(gap.rawValue))
        members.append("outcome", .string(outcome.rawValue))
        if let by { members.append("by", .string(by.rawValue)) }
        return members
    }
}
