import Models

extension Expression {
    /// The expression's value; `null` where there is none.
    func value(in scope: Scope) throws(MappingFault) -> JSONValue {
        switch self {
        case .constant(let value): return value
        case .pointer(let root, let steps): return scope.root(root).value(at: steps)
        case .fallback(let choices):
            for choice in choices {
                let value = try choice.value(in: scope)
                if value != .null { return value }
            }
            return .null
        case .call(let function, let arguments): return try function.value(of: arguments, in: scope)
        }
    }

    /// Whether the expression, a condition, holds; nothing counts as no.
    func holds(in scope: Scope) throws(MappingFault) -> Bool {
        switch try value(in: scope) {
        case .bool(let holds): return holds
        case .null: return false
        case let other: throw MappingFault("expected a condition, got \(other.kind)")
        }
    }
}
