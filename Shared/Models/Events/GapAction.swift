/// A step on the path to closing a gap.
///
/// Source: `data` of `onus.gap.action` (docs/events.md).
package struct GapAction: Hashable, Sendable {
    /// The gap it is a step for.
    package var gap: GapID
    /// Who takes it.
    package var by: PersonID
    /// What kind of step.
    package var kind: ActionKind
    /// Whether it is planned or taken.
    package var stage: ActionStage
    /// Words about it.
    package var note: String?

    package init(gap: GapID, by: PersonID, kind: ActionKind, stage: ActionStage, note: String? = nil) {
        self.gap = gap
        self.by = by
        self.kind = kind
        self.stage = stage
        self.note = note
    }
}

extension GapAction: EventData {
    init(reading reader: MemberReader<some ReadableValue>) throws(Problem) {
        gap = try reader.identifier("gap")
        by = try reader.identifier("by")
        kind = try reader.choice("kind")
        stage = try reader.choice("stage")
        note = try reader.optionalString("note")
    }

    var members: JSONObject {
        var members = JSONObject()
        members.append("gap", .string(gap.rawValue))
        members.append("by", .string(by.rawValue))
        members.append("kind", .string(kind.rawValue))
        members.append("stage", .string(stage.rawValue))
        if let note { members.append("note", .string(note)) }
        return members
    }
}
