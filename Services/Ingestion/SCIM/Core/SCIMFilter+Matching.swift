import Models

extension SCIMFilter {
    /// Whether a resource in full representation, or an element of one of its attributes, passes.
    ///
    /// Of a multi-valued attribute one value is enough, save for `ne`, which asks that none be equal.
    func matches(_ object: JSONObject, in scope: SCIMScope) -> Bool {
        switch self {
        case .all(let filters): filters.allSatisfy { $0.matches(object, in: scope) }
        case .any(let filters): filters.contains { $0.matches(object, in: scope) }
        case .not(let filter): !filter.matches(object, in: scope)
        case .present(let path): !Self.values(at: path, of: object, in: scope).isEmpty
        case .compare(let path, let comparison, .null):
            Self.values(at: path, of: object, in: scope).isEmpty == (comparison == .equal)
        case .compare(let path, .notEqual, let literal):
            !SCIMFilter.compare(path, .equal, literal).matches(object, in: scope)
        case .compare(let path, let comparison, let literal):
            scope.simple(path).map { attribute in
                Self.values(at: path, of: object, in: scope).contains {
                    attribute.holds($0, comparison, literal)
                }
            } ?? false
        }
    }

    /// The simple values that a path leads to; elements of a complex attribute stand for their `value`.
    private static func values(at path: SCIMPath, of object: JSONObject, in scope: SCIMScope) -> [JSONValue] {
        guard let target = scope.target(of: path) else { return [] }
        let container = target.extensionID.map { object[$0]?.object } ?? object
        guard let value = container?[target.attribute.name] else { return [] }
        var elements = value.array ?? [value]
        if let filter = path.filter {
            let parts = SCIMScope(partsOf: target.attribute)
            elements = elements.filter { $0.object.map { filter.matches($0, in: parts) } ?? false }
        }
        guard target.attribute.kind == .complex else { return elements }
        if let part = target.part { return elements.compactMap { $0[part.name] } }
        return target.attribute.part("value") == nil ? elements : elements.compactMap { $0["value"] }
    }

    /// - Throws: ``SCIMError`` `invalidFilter` where it names what is not there, or compares what can't be.
    func check(in scope: SCIMScope) throws(SCIMError) {
        switch self {
        case .all(let filters), .any(let filters):
            for filter in filters { try filter.check(in: scope) }
        case .not(let filter): try filter.check(in: scope)
        case .present(let path): try Self.check(path, in: scope)
        case .compare(let path, let comparison, let literal):
            try Self.check(path, in: scope)
            guard let attribute = scope.simple(path) else {
                throw .bad(.invalidFilter, "\(path.attribute): expected one of its sub-attributes")
            }
            guard attribute.compares(comparison, literal) else {
                throw .bad(
                    .invalidFilter,
                    "\(attribute.name): \(comparison.rawValue) expects another value than \(literal.kind)")
            }
        }
    }

    private static func check(_ path: SCIMPath, in scope: SCIMScope) throws(SCIMError) {
        guard let target = scope.target(of: path) else {
            throw .bad(.invalidFilter, "expected attributes that /Schemas describes")
        }
        try path.filter?.check(in: SCIMScope(partsOf: target.attribute))
    }
}

extension SCIMScope {
    /// The attribute that a path compares by: the part it names, or the `value` of a complex one.
    fileprivate func simple(_ path: SCIMPath) -> SCIMAttribute? {
        guard let target = target(of: path) else { return nil }
        if let part = target.part { return part }
        return target.attribute.kind == .complex ? target.attribute.part("value") : target.attribute
    }
}

extension SCIMAttribute {
    fileprivate func compares(_ comparison: SCIMFilter.Comparison, _ literal: JSONValue) -> Bool {
        switch (kind, literal) {
        case (_, .null): [.equal, .notEqual].contains(comparison)
        case (.string, .string), (.reference, .string): true
        case (.boolean, .bool), (.boolean, .string): [.equal, .notEqual].contains(comparison)
        case (.dateTime, .string(let text)):
            Self.instant(text) != nil && ![.contains, .startsWith, .endsWith].contains(comparison)
        default: false
        }
    }

    fileprivate func holds(_ stored: JSONValue, _ comparison: SCIMFilter.Comparison, _ literal: JSONValue) -> Bool {
        switch kind {
        case .boolean: comparison == .equal && stored.bool == Self.bool(literal)
        case .dateTime:
            if let stored = stored.string.flatMap(Self.instant), let literal = literal.string.flatMap(Self.instant) {
                comparison.orders(stored, literal)
            } else {
                false
            }
        case .string, .reference:
            if let stored = stored.string, let literal = literal.string {
                isCaseExact
                    ? comparison.holds(stored, literal)
                    : comparison.holds(SCIMText.fold(stored), SCIMText.fold(literal))
            } else {
                false
            }
        case .complex: false
        }
    }

    /// A boolean, or the word for it, in any case (Microsoft Entra ID's `"False"`).
    static func bool(_ value: JSONValue) -> Bool? {
        if let bool = value.bool { return bool }
        switch value.string.map(SCIMText.fold) {
        case "true": return true
        case "false": return false
        default: return nil
        }
    }

    private static func instant(_ text: String) -> Instant? {
        // What is no date-time has no place in time; ``compares`` has refused it in filters.
        try? Instant(rfc3339: text)
    }
}

extension SCIMFilter.Comparison {
    fileprivate func holds(_ stored: String, _ literal: String) -> Bool {
        switch self {
        case .contains: stored.contains(literal)
        case .startsWith: stored.hasPrefix(literal)
        case .endsWith: stored.hasSuffix(literal)
        default: orders(stored, literal)
        }
    }

    fileprivate func orders<Value: Comparable>(_ stored: Value, _ literal: Value) -> Bool {
        switch self {
        case .equal: stored == literal
        case .greater: stored > literal
        case .greaterOrEqual: stored >= literal
        case .less: stored < literal
        case .lessOrEqual: stored <= literal
        case .notEqual, .contains, .startsWith, .endsWith: false
        }
    }
}
