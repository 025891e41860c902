/// A JSON value as the readers of events see it: built as a tree, or still lying in the bytes that it came in. Both are
/// read by the same code, so that both are accepted and refused alike.
protocol ReadableValue: SendableMetatype {
    associatedtype Members: ReadableMembers where Members.Value == Self

    /// The name of its kind, with an article, for messages.
    var kind: String { get }
    var isNull: Bool { get }
    var bool: Bool? { get }
    var double: Double? { get }
    var string: String? { get }
    var array: [Self]? { get }
    var object: Members? { get }
    /// The value as a tree.
    var tree: JSONValue { get }

    /// Calls `body` with a string's UTF-8, valid for that call alone; nil for other kinds.
    func withUTF8<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result?

    /// Reads a document that stood encoded inside the event.
    static func decoded(_ bytes: [UInt8]) throws(JSONProblem) -> Self
}

/// The members of an object, no name twice.
protocol ReadableMembers: SendableMetatype {
    associatedtype Value: ReadableValue where Value.Members == Self

    /// The value of a member, `null` included; nil where there is none.
    subscript(_ name: String) -> Value? { get }

    /// The members of other names than these, in their order.
    func others(than names: [String]) -> [(name: String, value: Value)]

    /// The same without what the rules name, at any depth.
    func minimised(by rules: MinimisationRules) throws(Problem) -> Self
}

extension JSONValue: ReadableValue {
    typealias Members = JSONObject

    var isNull: Bool { if case .null = self { true } else { false } }
    var tree: JSONValue { self }

    func withUTF8<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result? {
        guard case .string(var string) = self else { return nil }
        return string.withUTF8(body)
    }

    static func decoded(_ bytes: [UInt8]) throws(JSONProblem) -> JSONValue { try JSONParser.parse(bytes) }
}

extension JSONObject: ReadableMembers {
    typealias Value = JSONValue

    func others(than names: [String]) -> [(name: String, value: JSONValue)] {
        members.lazy.filter { member in !names.contains { UTF8Order.equal($0, member.name) } }
            .map { ($0.name, $0.value) }
    }

    func minimised(by rules: MinimisationRules) -> JSONObject { rules.minimise(self) }
}
