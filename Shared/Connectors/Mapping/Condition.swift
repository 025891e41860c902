import Models

/// Which items a rule is for: all of its tests hold.
struct Condition: Hashable, Sendable {
    struct Test: Hashable, Sendable {
        enum Demand: Hashable, Sendable {
            /// It equals one of these.
            case among([JSONValue])
            /// It is there and equals none of these.
            case butNot([JSONValue])
            /// It is an array that holds one of these.
            case contains([JSONValue])
            case present(Bool)
            /// It is a condition that holds.
            case holds
        }

        let subject: Expression
        let demand: Demand
        let path: String
    }

    let tests: [Test]

    func holds(in scope: Scope) throws(Misfit) -> Bool {
        for test in tests {
            do throws(MappingFault) {
                guard try test.holds(in: scope) else { return false }
            } catch {
                throw Misfit(path: test.path, detail: error.detail)
            }
        }
        return true
    }
}

extension Condition.Test {
    func holds(in scope: Scope) throws(MappingFault) -> Bool {
        if case .holds = demand { return try subject.holds(in: scope) }
        let value = try subject.value(in: scope)
        return switch demand {
        case .among(let choices): choices.contains(value)
        case .butNot(let choices): value != .null && !choices.contains(value)
        case .contains(let choices): value.array?.contains(where: choices.contains) ?? false
        case .present(let isWanted): (value != .null) == isWanted
        case .holds: false
        }
    }
}
