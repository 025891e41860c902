/// An object inside an event: read member by member, and written back.
protocol EventData: Hashable, Sendable {
    /// - Throws: ``Problem`` for the first member, in the catalogue's order, that is missing or ill-typed.
    init(reading reader: MemberReader<some ReadableValue>) throws(Problem)
    /// The members of the catalogue that are given, in its order.
    var members: JSONObject { get }
}

extension EventData {
    var json: JSONValue { .object(members) }
}
