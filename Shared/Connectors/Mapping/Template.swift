import Models

/// JSON with expressions in it: what a rule makes.
indirect enum Template: Hashable, Sendable {
    case constant(JSONValue)
    case expression(Expression, path: String)
    case object([Member])
    case array([Template])

    struct Member: Hashable, Sendable {
        let name: String
        let value: Template
    }

    /// The template filled in. Members without a value are left out, and so are objects that have none left.
    ///
    /// - Throws: ``Misfit`` where an expression has no value that it may have.
    func value(in scope: Scope) throws(Misfit) -> JSONValue {
        switch self {
        case .constant(let value): return value
        case .expression(let expression, let path):
            do throws(MappingFault) {
                return try expression.value(in: scope)
            } catch {
                throw Misfit(path: path, detail: error.detail)
            }
        case .array(let elements):
            var values: [JSONValue] = []
            for element in elements {
                let value = try element.value(in: scope)
                if value != .null { values.append(value) }
            }
            return .array(values)
        case .object(let members):
            var object = JSONObject()
            for member in members {
                let value = try member.value.value(in: scope)
                if value != .null { object.append(member.name, value) }
            }
            return object.isEmpty && !members.isEmpty ? .null : .object(object)
        }
    }
}

/// An expression of a connector that found no value in a payload.
struct Misfit: Error, Hashable {
    /// Where in the connector's file, such as `/events/0/data/person`.
    let path: String
    let detail: String
}
