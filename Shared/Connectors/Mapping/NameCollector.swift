import Models

/// Finds what a rule set's expressions name, without a payload: where in it each value that they may have stands.
struct NameCollector {
    /// A place of a call, seen from the item or from the whole payload.
    private struct Place {
        let isInItem: Bool
        var steps: [NamedParts.Step]

        func then(_ more: [NamedParts.Step]) -> Place { Place(isInItem: isInItem, steps: steps + more) }
    }

    /// From an item.
    private(set) var item = NamedParts()
    /// From the whole payload.
    private(set) var payload = NamedParts()
    /// By lower-case name.
    private(set) var headers: Set<String> = []
    private var current = [Place(isInItem: true, steps: [])]

    mutating func collect(_ condition: Condition) {
        for test in condition.tests {
            switch test.demand {
            case .among(let choices), .butNot(let choices): use(test.subject, Self.comparison(choices))
            case .contains(let choices):
                for place in places(of: test.subject) {
                    name(place, .presence)
                    name(place.then([.element]), Self.comparison(choices))
                }
            case .present: use(test.subject, .presence)
            case .holds: use(test.subject, .scalar)
            }
        }
    }

    mutating func collect(_ rule: EventRule) {
        collect(rule.condition)
        let outer = current
        if let each = rule.each { current = elements(of: each) }
        use(rule.id, .scalar)
        if let stateOf = rule.stateOf { use(stateOf, .scalar) }
        use(rule.time, .scalar)
        if let subject = rule.subject { use(subject, .scalar) }
        use(rule.data, .whole)
        current = outer
    }

    /// A text has to be equal to a text: of an object it is enough to know that it is none.
    private static func comparison(_ choices: [JSONValue]) -> NamedParts.Use {
        choices.contains { $0.object != nil || $0.array != nil } ? .whole : .scalar
    }

    private mutating func name(_ place: Place, _ use: NamedParts.Use) {
        if place.isInItem { item.name(place.steps, use) } else { payload.name(place.steps, use) }
    }

    private mutating func use(_ expression: Expression, _ use: NamedParts.Use) {
        for place in places(of: expression) { name(place, use) }
    }

    private mutating func use(_ template: Template, _ use: NamedParts.Use) {
        switch template {
        case .constant: break
        case .expression(let expression, _): self.use(expression, use)
        case .object(let members): for member in members { self.use(member.value, use) }
        case .array(let elements): for element in elements { self.use(element, use) }
        }
    }

    private mutating func elements(of template: Template) -> [Place] {
        switch template {
        case .constant, .object: return []
        case .array(let elements):
            return elements.flatMap { element in
                if case .expression(let expression, _) = element { places(of: expression) } else { [Place]() }
            }
        case .expression(let expression, _):
            let arrays = places(of: expression)
            for array in arrays { name(array, .presence) }
            return arrays.map { $0.then([.element]) }
        }
    }

    /// Where the expression's value stands; nowhere where it is made. What it is made of is named on the way.
    private mutating func places(of expression: Expression) -> [Place] {
        switch expression {
        case .constant: return []
        case .pointer(let root, let steps):
            let roots =
                switch root {
                case .current: current
                case .item: [Place(isInItem: true, steps: [])]
                case .payload: [Place(isInItem: false, steps: [])]
                }
            return roots.map { $0.then(steps.map { .member($0) }) }
        case .fallback(let choices): return choices.flatMap { places(of: $0) }
        case .call(let function, let arguments): return places(of: function, arguments)
        }
    }

    private mutating func places(of function: ConnectorFunction, _ arguments: [Expression]) -> [Place] {
        switch function {
        case .if:
            use(arguments[0], .scalar)
            return arguments.dropFirst().flatMap { places(of: $0) }
        case .get: return places(of: arguments[0]).map { $0.then(Self.steps(arguments[1])) }
        case .first, .last: return places(of: arguments[0]).map { $0.then([.element]) }
        case .find, .select, .reject:
            let arrays = places(of: arguments[0])
            let elements = arrays.map { $0.then([.element]) }
            for array in arrays { name(array, .presence) }
            compare(elements.map { $0.then(Self.steps(arguments[1])) }, places(of: arguments[2]))
            return function == .find ? elements : arrays
        case .equals, .in:
            let sides = arguments.map { places(of: $0) }
            compare(sides[0], sides.dropFirst().flatMap(\.self))
        case .present, .count: use(arguments[0], .presence)
        case .hash: for argument in arguments { use(argument, .whole) }
        case .header:
            if case .constant(.string(let name)) = arguments[0] { headers.insert(name.lowercased()) }
        case .concat, .lower, .upper, .trim, .text, .starts, .date, .day, .time, .minutes, .past, .boolean, .not, .and,
            .or, .map, .divide, .round:
            for argument in arguments { use(argument, .scalar) }
        case .now, .setting, .hook, .source: break
        }
        return []
    }

    private mutating func compare(_ left: [Place], _ right: [Place]) {
        let use: NamedParts.Use = left.isEmpty || right.isEmpty ? .scalar : .whole
        for place in left + right { name(place, use) }
    }

    private static func steps(_ pointer: Expression) -> [NamedParts.Step] {
        guard case .constant(.string(let pointer)) = pointer else { return [] }
        return (JSONPointer.steps(of: pointer) ?? []).map { .member($0) }
    }
}
