import Models

/// Reads filters and PATCH paths.
///
/// Source: the ABNF of RFC 7644, section 3.4.2.2 (figure 1), and `PATH` of section 3.5.2. `not` binds most tightly, then
/// `and`, then `or`.
struct SCIMFilterParser {
    /// How deep parentheses and brackets may nest.
    static let nestingLimit = 32
    /// The longest filter, in bytes.
    static let limit = 8 * 1024

    private let text: [UInt8]
    private let urns: [String]
    private var index = 0
    private var depth = 0

    private init(_ text: String, urns: [String]) {
        self.text = Array(text.utf8)
        self.urns = urns
    }

    /// - Parameter urns: The schemas that paths may name.
    /// - Throws: ``SCIMError`` `invalidFilter`.
    static func filter(_ text: String, urns: [String]) throws(SCIMError) -> SCIMFilter {
        guard text.utf8.count <= limit else {
            throw .bad(.invalidFilter, "filter: expected at most \(limit) bytes, got \(text.utf8.count)")
        }
        var parser = SCIMFilterParser(text, urns: urns)
        let filter = try parser.disjunction()
        parser.skipSpace()
        guard parser.isAtEnd else { throw parser.fault("expected and, or, or the end") }
        return filter
    }

    /// - Throws: ``SCIMError`` `invalidPath`.
    static func path(_ text: String, urns: [String]) throws(SCIMError) -> SCIMPath {
        do throws(SCIMError) {
            guard text.utf8.count <= limit else { throw SCIMError.bad(.invalidPath, "path: too long") }
            var parser = SCIMFilterParser(text, urns: urns)
            let path = try parser.path()
            guard parser.isAtEnd else { throw parser.fault("expected the end") }
            return path
        } catch {
            throw .bad(.invalidPath, "path: \(error.detail)")
        }
    }

    // MARK: Expressions

    private mutating func disjunction() throws(SCIMError) -> SCIMFilter {
        var terms = [try conjunction()]
        while skipWord("or") { terms.append(try conjunction()) }
        return terms.count == 1 ? terms[0] : .any(terms)
    }

    private mutating func conjunction() throws(SCIMError) -> SCIMFilter {
        var terms = [try term()]
        while skipWord("and") { terms.append(try term()) }
        return terms.count == 1 ? terms[0] : .all(terms)
    }

    private mutating func term() throws(SCIMError) -> SCIMFilter {
        skipSpace()
        if peek == UInt8(ascii: "(") { return try group() }
        let start = index
        if skipWord("not") {
            skipSpace()
            if peek == UInt8(ascii: "(") { return .not(try group()) }
            index = start
        }
        let path = try path()
        guard !path.attribute.isEmpty else { throw fault("expected an attribute") }
        let behindPath = index
        skipSpace()
        let word = word()
        if SCIMText.same(word, "pr") { return .present(path) }
        if let comparison = SCIMFilter.Comparison(rawValue: SCIMText.fold(word)) {
            return .compare(path, comparison, try literal())
        }
        // `emails[type eq "work"]` says all by itself.
        guard path.filter != nil, path.part == nil else { throw fault("expected an operator, such as eq or pr") }
        index = behindPath
        return .present(path)
    }

    private mutating func group() throws(SCIMError) -> SCIMFilter {
        try nested(closedBy: UInt8(ascii: ")"))
    }

    private mutating func nested(closedBy end: UInt8) throws(SCIMError) -> SCIMFilter {
        guard depth < Self.nestingLimit else { throw fault("expected at most \(Self.nestingLimit) levels") }
        depth += 1
        index += 1
        let filter = try disjunction()
        skipSpace()
        guard peek == end else { throw fault("expected \(Character(Unicode.Scalar(end)))") }
        index += 1
        depth -= 1
        return filter
    }

    private mutating func path() throws(SCIMError) -> SCIMPath {
        let word = word()
        guard var path = SCIMPath(word: word, urns: urns) else { throw fault("expected an attribute's path") }
        guard peek == UInt8(ascii: "[") else { return path }
        guard path.part == nil, !path.attribute.isEmpty else { throw fault("expected a filter behind an attribute") }
        path.filter = try nested(closedBy: UInt8(ascii: "]"))
        if peek == UInt8(ascii: ".") {
            index += 1
            let part = self.word()
            guard SCIMPath.isName(part[...]) else { throw fault("expected a sub-attribute") }
            path.part = part
        }
        return path
    }

    private mutating func literal() throws(SCIMError) -> JSONValue {
        skipSpace()
        let start = index
        if peek == UInt8(ascii: "\"") {
            index += 1
            while !isAtEnd, peek != UInt8(ascii: "\"") { index += peek == UInt8(ascii: "\\") ? 2 : 1 }
            guard !isAtEnd else { throw fault("expected a closing quote") }
            index += 1
        } else {
            _ = word()
        }
        do {
            let value = try JSONParser.parse(text[start..<index])
            switch value {
            case .array, .object: throw fault("expected a value")
            case .null, .bool, .number, .string: return value
            }
        } catch let error as SCIMError {
            throw error
        } catch {
            // `active eq True`, as some write it.
            switch SCIMText.fold(String(decoding: text[start..<index], as: UTF8.self)) {
            case "true": return true
            case "false": return false
            default: throw fault("expected a string in quotes, a number, true, false or null")
            }
        }
    }

    // MARK: Tokens

    private var isAtEnd: Bool { index >= text.count }
    private var peek: UInt8 { isAtEnd ? 0 : text[index] }

    private mutating func skipSpace() {
        while peek == UInt8(ascii: " ") { index += 1 }
    }

    /// Reads up to a space, a bracket or a parenthesis.
    private mutating func word() -> String {
        let start = index
        while !isAtEnd, !" []()".utf8.contains(peek) { index += 1 }
        return String(decoding: text[start..<index], as: UTF8.self)
    }

    /// Skips this word where it comes next.
    private mutating func skipWord(_ expected: String) -> Bool {
        let start = index
        skipSpace()
        if SCIMText.same(word(), expected) { return true }
        index = start
        return false
    }

    private func fault(_ detail: String) -> SCIMError {
        .bad(.invalidFilter, "\(detail) at character \(min(index, text.count) + 1)")
    }
}
