/// A person's whole assignment from a day on, until the next `effectiveFrom`.
///
/// Source: `data` of `onus.person.updated` (docs/events.md).
package struct PersonUpdated: Hashable, Sendable {
    /// Whose assignment it is.
    package var person: PersonID
    /// The first day on which it holds.
    package var effectiveFrom: Day
    /// Whether the person works here from that day on.
    package var active: Bool
    /// Who owns the person's performance; the person's own identifier counts as nobody. An inactive assignment
    /// still names a manager: to them falls what a leaver leaves.
    package var manager: PersonID?
    /// The role whose expectations apply.
    package var role: RoleID?
    /// The department or team.
    package var unit: String?
    /// How the person is called.
    package var name: String?
    /// Where notices are sent.
    package var email: String?
    /// An IANA name; not checked here, an unknown one is taken for UTC.
    package var timeZone: String?
    /// The language notices are written in.
    package var locale: String?

    package init(
        person: PersonID, effectiveFrom: Day, active: Bool, manager: PersonID? = nil, role: RoleID? = nil,
        unit: String? = nil, name: String? = nil, email: String? = nil, timeZone: String? = nil,
        locale: String? = nil
    ) {
        self.person = person
        self.effectiveFrom = effectiveFrom
        self.active = active
        self.manager = manager
        self.role = role
        self.unit = unit
        self.name = name
        self.email = email
        self.timeZone = timeZone
        self.locale = locale
    }
}

extension PersonUpdated: EventData {
    init(reading reader: MemberReader<some ReadableValue>) throws(Problem) {
        person = try reader.identifier("person")
        effectiveFrom = try reader.day("effectiveFrom")
        active = try reader.bool("active")
        manager = try reader.optionalIdentifier("manager")
        role = try reader.optionalIdentifier("role")
        unit = try reader.optionalString("unit")
        name = try reader.optionalString("name")
        email = try reader.optionalString("email")
        timeZone = try reader.optionalString("timeZone")
        locale = try reader.optionalString("locale")
    }

    var members: JSONObject {
        var members = JSONObject()
        members.append("person", .string(person.rawValue))
        members.append("effectiveFrom", .string(effectiveFrom.description))
        members.append("active", .bool(active))
        if let manager { members.append("manager", .string(manager.rawValue)) }
        if let role { members.append("role", .string(role.rawValue)) }
        if let unit { members.append("unit", .string(unit)) }
        if let name { members.append("name", .string(name)) }
        if let email { members.append("email", .string(email)) }
        if let timeZone { members.append("timeZone", .string(timeZone)) }
        if let locale { members.append("locale", .string(locale)) }
        return members
    }
}
