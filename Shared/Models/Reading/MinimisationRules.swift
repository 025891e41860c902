/// The names of members that are removed from an event's `data`, at any depth, before anything is stored.
package struct MinimisationRules: Hashable, Sendable {
    package let names: Set<String>
    /// A bit for each length (in bytes, 63 standing for all above) that one of the names has: most members of an event
    /// are of another length, and are not looked up.
    private let lengths: UInt64
    /// The same for the names' first bytes, by their last six bits. All are set where a name is not ASCII: strings are
    /// compared by canonical equivalence, and an equivalent one of the same length may begin with another byte.
    private let initials: UInt64

    /// What an organisation starts with.
    package static let standard = MinimisationRules(names: ["notes", "transcript", "sentiment", "emotion"])
    package static let none = MinimisationRules(names: [])

    /// The members without which an event can't be read, so that they can't be minimised.
    package static let indispensable: Set<String> = [
        "person", "effectiveFrom", "active", "role", "expectations", "id", "statement", "from", "to", "gap", "cause",
        "name", "baseline", "target", "by", "kind", "stage", "outcome", "observer", "level", "value", "coach",
        "provider", "source", "manager", "request", "requestedBy", "programme", "title", "event", "decision",
    ]

    /// Rules for these names; ``indispensable`` ones among them are left out.
    package init(names: Set<String>) {
        self.names = names.subtracting(Self.indispensable)
        lengths = self.names.reduce(0) { $0 | Self.bit(of: $1) }
        initials =
            self.names.allSatisfy { $0.utf8.allSatisfy { $0 < 0x80 } }
            ? self.names.reduce(0) { $0 | Self.initial(of: $1.utf8.first) } : .max
    }

    private static func bit(of name: String) -> UInt64 { 1 << UInt64(min(name.utf8.count, 63)) }

    private static func initial(of byte: UInt8?) -> UInt64 { 1 << UInt64((byte ?? 0) & 63) }

    /// Whether the rules name a member.
    func isNamed(_ name: UnsafeBufferPointer<UInt8>) -> Bool {
        // Names are equal by canonical equivalence: what looks like an ASCII name may begin with another byte.
        lengths & 1 << UInt64(min(name.count, 63)) != 0
            && (initials & Self.initial(of: name.first) != 0 || (name.first ?? 0) >= 0x80)
            && names.contains(String(decoding: name, as: UTF8.self))
    }

    private func isNamed(_ name: String) -> Bool { lengths & Self.bit(of: name) != 0 && names.contains(name) }

    /// `value` without the members that the rules name, at any depth.
    package func minimise(_ value: JSONValue) -> JSONValue {
        guard !names.isEmpty else { return value }
        switch value {
        case .object(let object): return .object(minimise(object))
        case .array(let array): return .array(array.map(minimise))
        case .null, .bool, .number, .string: return value
        }
    }

    package func minimise(_ object: JSONObject) -> JSONObject {
        guard !names.isEmpty, needsWork(object) else { return object }
        return object.filter { !isNamed($0.name) }.mapValues(minimise)
    }

    /// Whether anything is removed from `object` or from below it; most events have nothing.
    private func needsWork(_ object: JSONObject) -> Bool {
        object.members.contains { isNamed($0.name) || needsWork($0.value) }
    }

    private func needsWork(_ value: JSONValue) -> Bool {
        switch value {
        case .object(let object): needsWork(object)
        case .array(let array): array.contains(where: needsWork)
        case .null, .bool, .number, .string: false
        }
    }
}
