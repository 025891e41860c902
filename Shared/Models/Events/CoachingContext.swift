/// The situation a coaching interaction was held in.
package struct CoachingContext: Hashable, Sendable {
    /// What kind of situation.
    package var kind: ContextKind
    /// The situation's reference in the system it comes from.
    package var ref: String?

    package init(kind: ContextKind, ref: String? = nil) {
        self.kind = kind
        self.ref = ref
    }
}

extension CoachingContext: EventData {
    init(reading reader: MemberReader<some ReadableValue>) throws(Problem) {
        kind = try reader.choice("kind")
        ref = try reader.optionalString("ref")
    }

    var members: JSONObject {
        var members = JSONObject()
        members.append("kind", .string(kind.rawValue))
        if let ref { members.append("ref", .string(ref)) }
        return members
    }
}
