import Models

/// Reads an expression's text.
struct ExpressionParser {
    /// The deepest nesting of calls.
    private static let depthLimit = 32

    private let text: [Unicode.Scalar]
    private var index = 0
    private var depth = 0

    private init(_ text: String) {
        self.text = Array(text.unicodeScalars)
    }

    /// - Throws: ``InvalidValue`` that says where in the text what was expected.
    static func parse(_ text: String) throws(InvalidValue) -> Expression {
        var parser = ExpressionParser(text)
        let expression = try parser.fallback()
        parser.skipSpace()
        guard parser.index == parser.text.count else { throw parser.fault("the end, or ?? and another value") }
        return expression
    }

    private mutating func fallback() throws(InvalidValue) -> Expression {
        var choices = [try term()]
        while skip("??") { choices.append(try term()) }
        return choices.count == 1 ? choices[0] : .fallback(choices)
    }

    private mutating func term() throws(InvalidValue) -> Expression {
        skipSpace()
        guard index < text.count else { throw fault("a value") }
        switch text[index] {
        case "'", "\"": return .constant(.string(try quoted()))
        case "/": return .pointer(.current, steps())
        case "^":
            index += 1
            return .pointer(.payload, steps())
        case ".":
            index += 1
            guard skipHere(".") else { return .pointer(.current, []) }
            return .pointer(.item, steps())
        case "0"..."9", "-": return .constant(try number())
        default: return try word()
        }
    }

    /// A JSON Pointer's steps, up to white space or a sign of the language.
    private mutating func steps() -> [String] {
        var steps: [String] = []
        while index < text.count, text[index] == "/" {
            index += 1
            var step = String.UnicodeScalarView()
            while index < text.count, !" \t\n/,)(?'\"".unicodeScalars.contains(text[index]) {
                step.append(text[index])
                index += 1
            }
            steps.append(JSONPointer.unescaped(String(step)))
        }
        return steps
    }

    private mutating func quoted() throws(InvalidValue) -> String {
        let quote = text[index]
        index += 1
        var contents = String.UnicodeScalarView()
        while index < text.count {
            let scalar = text[index]
            index += 1
            if scalar == quote {
                // Doubled, as in YAML and SQL, it stands for itself.
                guard index < text.count, text[index] == quote else { return String(contents) }
                index += 1
            }
            contents.append(scalar)
        }
        throw fault("a closing \(quote)")
    }

    private mutating func number() throws(InvalidValue) -> JSONValue {
        let start = index
        while index < text.count, "0123456789+-.eE".unicodeScalars.contains(text[index]) { index += 1 }
        let digits = String(String.UnicodeScalarView(text[start..<index]))
        guard let value = try? JSONParser.parse(digits), case .number = value else {  // The fault below says it better.
            index = start
            throw fault("a number")
        }
        return value
    }

    private mutating func word() throws(InvalidValue) -> Expression {
        let start = index
        while index < text.count, text[index].properties.isAlphabetic { index += 1 }
        let name = String(String.UnicodeScalarView(text[start..<index]))
        switch name {
        case "true": return .constant(.bool(true))
        case "false": return .constant(.bool(false))
        case "null": return .constant(.null)
        default: break
        }
        guard let function = ConnectorFunction(rawValue: name) else {
            index = start
            throw fault("a pointer, a constant in quotes, or one of the functions")
        }
        guard skip("(") else { throw fault("( after \(name)") }
        depth += 1
        guard depth <= Self.depthLimit else { throw fault("at most \(Self.depthLimit) calls within each other") }
        let arguments = try arguments()
        depth -= 1
        try check(arguments, of: function)
        return .call(function, arguments)
    }

    private mutating func arguments() throws(InvalidValue) -> [Expression] {
        var arguments: [Expression] = []
        if skip(")") { return arguments }
        repeat { arguments.append(try fallback()) } while skip(",")
        guard skip(")") else { throw fault(", or )") }
        return arguments
    }

    private func check(_ arguments: [Expression], of function: ConnectorFunction) throws(InvalidValue) {
        let arity = function.arity
        guard arity.contains(arguments.count) else {
            let words = arity.lowerBound == arity.upperBound ? "\(arity.lowerBound)" : "\(arity.lowerBound) or more"
            throw fault("\(words) arguments of \(function.rawValue), got \(arguments.count)")
        }
        for (index, argument) in arguments.enumerated() where function.wantsName(at: index) {
            guard case .constant(.string) = argument else {
                throw fault("a text in quotes as argument \(index + 1) of \(function.rawValue)")
            }
        }
    }

    private mutating func skipSpace() {
        while index < text.count, " \t\n\r".unicodeScalars.contains(text[index]) { index += 1 }
    }

    private mutating func skip(_ sign: String) -> Bool {
        skipSpace()
        return skipHere(sign)
    }

    private mutating func skipHere(_ sign: String) -> Bool {
        let scalars = Array(sign.unicodeScalars)
        guard text[index...].starts(with: scalars) else { return false }
        index += scalars.count
        return true
    }

    private func fault(_ expected: String) -> InvalidValue {
        let rest = String(String.UnicodeScalarView(text[min(index, text.count)...].prefix(20)))
        return InvalidValue(
            field: "expression", expected: "\(expected) at character \(index + 1)",
            got: rest.isEmpty ? "the end" : "\"\(rest)\"")
    }
}
