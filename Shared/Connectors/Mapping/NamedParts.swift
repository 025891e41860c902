import Models

/// The parts of a JSON value that a connector's rules name. Nothing else of a vendor's call is ever kept.
struct NamedParts: Hashable, Sendable {
    /// How much of a value itself matters to the rules.
    enum Use: Int, Hashable, Sendable {
        /// That it is there, and whether it is an object, an array of so many, or a value of its own.
        case presence
        /// A text, a number or a boolean; of an object or an array only the parts that are named.
        case scalar
        /// All that is in it.
        case whole
    }

    enum Step: Hashable, Sendable {
        /// A member, or by its index an element.
        case member(String)
        /// Every element of an array.
        case element
    }

    private struct Child: Hashable, Sendable {
        let step: Step
        var parts: NamedParts
    }

    private var use = Use.presence
    private var children: [Child] = []

    /// Names what stands at the end of these steps.
    mutating func name(_ steps: some Collection<Step>, _ use: Use) {
        guard let step = steps.first else {
            if use.rawValue > self.use.rawValue { self.use = use }
            return
        }
        change(step) { $0.name(steps.dropFirst(), use) }
    }

    /// Names all that `other` names, from the end of these steps.
    mutating func add(_ other: NamedParts, at steps: some Collection<Step> = []) {
        if let step = steps.first {
            change(step) { $0.add(other, at: steps.dropFirst()) }
            return
        }
        name([], other.use)
        for child in other.children { change(child.step) { $0.add(child.parts) } }
    }

    private mutating func change(_ step: Step, _ change: (inout NamedParts) -> Void) {
        let known = children.firstIndex { $0.step == step }
        if known == nil { children.append(Child(step: step, parts: NamedParts())) }
        change(&children[known ?? children.count - 1].parts)
    }

    /// `value` without what is not named. Expressions have of it the values that they have of `value`.
    func kept(of value: JSONValue) -> JSONValue {
        if use == .whole { return value }
        switch value {
        case .object(let object):
            var kept = JSONObject()
            for member in object.members {
                guard let parts = part(member.name) else { continue }
                kept.append(member.name, parts.kept(of: member.value))
            }
            return .object(kept)
        case .array(let elements):
            var every = NamedParts()
            for child in children where child.step == .element { every.add(child.parts) }
            return .array(
                elements.enumerated().map { index, element in
                    guard let own = part(String(index)) else { return every.kept(of: element) }
                    var parts = every
                    parts.add(own)
                    return parts.kept(of: element)
                })
        case .null, "": return value
        // Where nobody asks what it is, it is known to be there, and no more.
        case .bool, .number, .string: return use == .presence ? true : value
        }
    }

    private func part(_ name: String) -> NamedParts? {
        children.first { child in
            if case .member(let known) = child.step { UTF8Order.equal(known, name) } else { false }
        }?.parts
    }
}
