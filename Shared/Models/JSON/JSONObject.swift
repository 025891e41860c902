/// The members of a JSON object, in the order they were written. No name stands twice.
package struct JSONObject: Sendable {
    package struct Member: Hashable, Sendable {
        package let name: String
        package var value: JSONValue

        package init(name: String, value: JSONValue) {
            self.name = name
            self.value = value
        }

        package static func == (left: Member, right: Member) -> Bool {
            UTF8Order.equal(left.name, right.name) && left.value == right.value
        }

        package func hash(into hasher: inout Hasher) {
            UTF8Order.hash(name, into: &hasher)
            hasher.combine(value)
        }
    }

    package private(set) var members: [Member]

    package init() {
        members = []
    }

    /// - Precondition: no name twice; the parser has seen to it.
    init(uniqueMembers members: [Member]) {
        self.members = members
    }

    package var isEmpty: Bool { members.isEmpty }

    /// The value of a member, `null` included; nil where there is none. In time proportional to the members.
    package subscript(_ name: String) -> JSONValue? {
        // By index: a loop over the members would retain and release each one's name and value.
        for index in members.indices where UTF8Order.equal(members[index].name, name) { return members[index].value }
        return nil
    }

    /// Adds a member at the end.
    ///
    /// - Precondition: there is none of this name yet.
    package mutating func append(_ name: String, _ value: JSONValue) {
        append(Member(name: name, value: value))
    }

    package mutating func append(_ member: Member) {
        // Not checked: looking for the name each time would make building an object quadratic.
        members.append(member)
    }

    /// Replaces a member's value where it stands, or adds it at the end.
    package mutating func set(_ name: String, _ value: JSONValue) {
        if let index = members.firstIndex(where: { UTF8Order.equal($0.name, name) }) {
            members[index].value = value
        } else {
            members.append(Member(name: name, value: value))
        }
    }

    /// The members that satisfy `isIncluded`, in order.
    package func filter(_ isIncluded: (Member) -> Bool) -> JSONObject {
        JSONObject(uniqueMembers: members.filter(isIncluded))
    }

    package func mapValues(_ transform: (JSONValue) -> JSONValue) -> JSONObject {
        JSONObject(uniqueMembers: members.map { Member(name: $0.name, value: transform($0.value)) })
    }
}

extension JSONObject: Hashable {
    /// Equal members in the same order.
    package static func == (left: JSONObject, right: JSONObject) -> Bool { left.members == right.members }
    package func hash(into hasher: inout Hasher) { hasher.combine(members) }
}
