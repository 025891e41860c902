/// An event's identity: the same pair twice is one event. Compared, ordered and hashed as UTF-8 bytes.
package struct EventIdentity: Sendable {
    package let source: String
    package let id: String

    /// The greatest length of either, in UTF-8 bytes. Both together fit an index entry of PostgreSQL (2,704 bytes), so
    /// that no valid event can raise a database error, however its identity is indexed.
    package static let limit = 1_024

    package init(source: String, id: String) {
        self.source = source
        self.id = id
    }

    package var json: JSONValue {
        var members = JSONObject()
        members.append("source", .string(source))
        members.append("id", .string(id))
        return .object(members)
    }
}

extension EventIdentity: Hashable {
    package static func == (left: Self, right: Self) -> Bool {
        UTF8Order.equal(left.id, right.id) && UTF8Order.equal(left.source, right.source)
    }

    package func hash(into hasher: inout Hasher) {
        UTF8Order.hash(source, into: &hasher)
        UTF8Order.hash(id, into: &hasher)
    }
}

extension EventIdentity: Comparable {
    /// By source, then id.
    package static func < (left: Self, right: Self) -> Bool {
        UTF8Order.equal(left.source, right.source)
            ? UTF8Order.precedes(left.id, right.id) : UTF8Order.precedes(left.source, right.source)
    }
}

extension EventIdentity: CustomStringConvertible {
    package var description: String { "\(source) \(id)" }
}
