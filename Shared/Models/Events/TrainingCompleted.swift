/// A completed training; without a tie to the job it is personal learning.
///
/// Source: `data` of `onus.training.completed` (docs/events.md).
package struct TrainingCompleted: Hashable, Sendable {
    /// Who completed it.
    package var person: PersonID
    /// The programme.
    package var programme: ProgrammeID
    /// The gap it was for; ties it to the job, even where unknown or another's.
    package var gap: GapID?
    /// Who assigned it; ties it to the job unless it is the person.
    package var assignedBy: PersonID?
    /// The expectation it serves; ties it to the job.
    package var expectation: ExpectationID?

    package init(
        person: PersonID, programme: ProgrammeID, gap: GapID? = nil, assignedBy: PersonID? = nil,
        expectation: ExpectationID? = nil
    ) {
        self.person = person
        self.programme = programme
        self.gap = gap
        self.assignedBy = assignedBy
        self.expectation = expectation
    }
}

extension TrainingCompleted: EventData {
    init(reading reader: MemberReader<some ReadableValue>) throws(Problem) {
        person = try reader.identifier("person")
        programme = try reader.identifier("programme")
        gap = try reader.optionalIdentifier("gap")
        assignedBy = try reader.optionalIdentifier("assignedBy")
        expectation = try reader.optionalIdentifier("expectation")
    }

    var members: JSONObject {
        var members = JSONObject()
        members.append("person", .string(person.rawValue))
        members.append("programme", .string(programme.rawValue))
        if let gap { members.append("gap", .string(gap.rawValue)) }
        if let assignedBy { members.append("assignedBy", .string(assignedBy.rawValue)) }
        if let expectation { members.append("expectation", .string(expectation.rawValue)) }
        return members
    }
}
