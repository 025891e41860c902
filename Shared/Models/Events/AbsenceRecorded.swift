/// Leave: these days are nobody's omission.
///
/// Source: `data` of `onus.absence.recorded` (docs/events.md).
package struct AbsenceRecorded: Hashable, Sendable {
    /// Who is away.
    package var person: PersonID
    /// The first day away.
    package var from: Day
    /// The last day away; from `from` to 730 days after it.
    package var to: Day
    /// What leave it is, in the caller's words.
    package var kind: String?

    package init(person: PersonID, from: Day, to: Day, kind: String? = nil) {
        self.person = person
        self.from = from
        self.to = to
        self.kind = kind
    }
}

extension AbsenceRecorded: EventData {
    init(reading reader: MemberReader<some ReadableValue>) throws(Problem) {
        person = try reader.identifier("person")
        from = try reader.day("from")
        to = try reader.day("to")
        kind = try reader.optionalString("kind")
        guard from <= to, from.distance(to: to) <= 730 else {
            throw reader.problem(
                "to", "expected the first day or one within 730 days after it", quoting: "\(from) to \(to)")
        }
    }

    var members: JSONObject {
        var members = JSONObject()
        members.append("person", .string(person.rawValue))
        members.append("from", .string(from.description))
        members.append("to", .string(to.description))
        if let kind { members.append("kind", .string(kind)) }
        return members
    }
}
