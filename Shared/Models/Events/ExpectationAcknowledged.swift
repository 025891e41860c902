/// A person and their manager have gone through the role's expectations.
///
/// Source: `data` of `onus.expectation.acknowledged` (docs/events.md).
package struct ExpectationAcknowledged: Hashable, Sendable {
    /// Who acknowledged them.
    package var person: PersonID
    /// The role they belong to.
    package var role: RoleID

    package init(person: PersonID, role: RoleID) {
        self.person = person
        self.role = role
    }
}

extension ExpectationAcknowledged: EventData {
    init(reading reader: MemberReader<some ReadableValue>) throws(Problem) {
        person = try reader.identifier("person")
        role = try reader.identifier("role")
    }

    var members: JSONObject {
        var members = JSONObject()
        members.append("person", .string(person.rawValue))
        members.append("role", .string(role.rawValue))
        return members
    }
}
