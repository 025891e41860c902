import Models

extension YAMLPlace {
    /// A name for addresses: lower-case letters, digits and hyphens.
    var slug: String? {
        guard let text else { return nil }
        guard Slug.isValid(text) else {
            fault("expected up to 63 lower-case letters, digits and hyphens")
            return nil
        }
        return text
    }

    /// A JSON Pointer's steps.
    var pointer: [String]? {
        guard let text else { return nil }
        guard let steps = JSONPointer.steps(of: text) else {
            fault("expected a JSON Pointer such as /employees")
            return nil
        }
        return steps
    }

    /// Any value: texts that begin with `=` are expressions, mappings and lists are looked into.
    func template(_ context: ReadingContext) -> Template? {
        if let text = scalarText, text.hasPrefix("=") {
            return expression(String(text.dropFirst()), context).map { .expression($0, path: path) }
        }
        if isMapping {
            return members.map { members in
                .object(
                    members.compactMap { name, place in
                        place.template(context).map { Template.Member(name: name, value: $0) }
                    })
            }
        }
        if isList { return elements.map { .array($0.compactMap { $0.template(context) }) } }
        return constant.map { .constant($0) }
    }

    func expression(_ text: String, _ context: ReadingContext) -> Expression? {
        guard let expression = checked({ () throws(InvalidValue) in try ExpressionParser.parse(text) }) else {
            return nil
        }
        expression.names { function, name in
            switch function {
            case .map where !context.tables.contains(name): fault("expected one of the file's tables, got \(name)")
            case .setting where !context.settings.contains(name):
                fault("expected one of the file's settings, got \(name)")
            case .get, .find, .select, .reject:
                if JSONPointer.steps(of: name) == nil { fault("expected a JSON Pointer in quotes, got \(name)") }
            default: break
            }
        }
        return expression
    }

    /// Which items: a mapping of pointers or expressions to what they have to be, or one expression that holds.
    func condition(_ context: ReadingContext) -> Condition? {
        if let text = scalarText, text.hasPrefix("=") {
            return expression(String(text.dropFirst()), context).map {
                Condition(tests: [Condition.Test(subject: $0, demand: .holds, path: path)])
            }
        }
        guard let members else { return nil }
        let tests = members.compactMap { name, place -> Condition.Test? in
            let isExpression = name.hasPrefix("=")
            guard isExpression || ["/", "^", "."].contains(where: name.hasPrefix) else {
                place.fault("expected a pointer such as /type, or = and an expression, as the name")
                return nil
            }
            guard
                let subject = place.expression(isExpression ? String(name.dropFirst()) : name, context),
                let demand = place.demand
            else { return nil }
            return Condition.Test(subject: subject, demand: demand, path: place.path)
        }
        return Condition(tests: tests)
    }

    private var demand: Condition.Test.Demand? {
        guard isMapping else { return constants.map { .among($0) } }
        guard let members, members.count == 1, let (name, place) = members.first else {
            fault("expected one of not, contains, present")
            return nil
        }
        switch name {
        case "not": return place.constants.map { .butNot($0) }
        case "contains": return place.constants.map { .contains($0) }
        case "present":
            guard let isWanted = place.constant?.bool else {
                place.fault("expected true or false")
                return nil
            }
            return .present(isWanted)
        default:
            place.fault("expected one of not, contains, present")
            return nil
        }
    }

    /// One value or a list of them.
    private var constants: [JSONValue]? {
        isList ? elements?.compactMap(\.constant) : constant.map { [$0] }
    }
}

extension Expression {
    /// The names that the expression gives to functions which know them from the file.
    func names(_ report: (ConnectorFunction, String) -> Void) {
        switch self {
        case .constant, .pointer: break
        case .fallback(let choices):
            for choice in choices { choice.names(report) }
        case .call(let function, let arguments):
            for (index, argument) in arguments.enumerated() {
                if function.wantsName(at: index), case .constant(.string(let name)) = argument {
                    report(function, name)
                }
                argument.names(report)
            }
        }
    }
}
