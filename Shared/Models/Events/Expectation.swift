/// One thing that good performance in a role means.
package struct Expectation: Hashable, Sendable {
    /// Its identifier within the role.
    package var id: ExpectationID
    /// What is expected.
    package var statement: String
    /// How it is measured.
    package var measure: String?

    package init(id: ExpectationID, statement: String, measure: String? = nil) {
        self.id = id
        self.statement = statement
        self.measure = measure
    }
}

extension Expectation: EventData {
    init(reading reader: MemberReader<some ReadableValue>) throws(Problem) {
        id = try reader.identifier("id")
        statement = try reader.string("statement")
        measure = try reader.optionalString("measure")
    }

    var members: JSONObject {
        var members = JSONObject()
        members.append("id", .string(id.rawValue))
        members.append("statement", .string(statement))
        if let measure { members.append("measure", .string(measure)) }
        return members
    }
}
