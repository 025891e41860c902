/// What good performance is in a role, from a day on.
///
/// Source: `data` of `onus.role.defined` (docs/events.md).
package struct RoleDefined: Hashable, Sendable {
    /// The role that is defined.
    package var role: RoleID
    /// The first day of this definition.
    package var effectiveFrom: Day
    /// What is expected; may be empty, and then nothing is clear.
    package var expectations: [Expectation]
    /// The role's title.
    package var title: String?
    /// Who defined it.
    package var definedBy: PersonID?

    package init(
        role: RoleID, effectiveFrom: Day, expectations: [Expectation], title: String? = nil,
        definedBy: PersonID? = nil
    ) {
        self.role = role
        self.effectiveFrom = effectiveFrom
        self.expectations = expectations
        self.title = title
        self.definedBy = definedBy
    }
}

extension RoleDefined: EventData {
    init(reading reader: MemberReader<some ReadableValue>) throws(Problem) {
        role = try reader.identifier("role")
        effectiveFrom = try reader.day("effectiveFrom")
        expectations = try reader.objects("expectations")
        title = try reader.optionalString("title")
        definedBy = try reader.optionalIdentifier("definedBy")
    }

    var members: JSONObject {
        var members = JSONObject()
        members.append("role", .string(role.rawValue))
        members.append("effectiveFrom", .string(effectiveFrom.description))
        members.append("expectations", .array(expectations.map(\.json)))
        if let title { members.append("title", .string(title)) }
        if let definedBy { members.append("definedBy", .string(definedBy.rawValue)) }
        return members
    }
}
