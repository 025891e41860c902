import Models

/// What one PATCH operation makes of one attribute's value.
///
/// Source: RFC 7644, sections 3.5.2.1 to 3.5.2.3. One thing is more lenient: `replace` of an element that is not there
/// adds it where the filter says what it is like (`emails[type eq "work"].value`), because Microsoft Entra ID does not
/// look before it replaces.
struct SCIMChange: Sendable {
    let word: SCIMPatch.Word
    let attribute: SCIMAttribute
    let part: SCIMAttribute?
    let filter: SCIMFilter?

    /// - Returns: The new value; `nil`: none.
    func result(of old: JSONValue?, _ value: JSONValue?) throws(SCIMError) -> JSONValue? {
        guard filter == nil || attribute.isMultiValued else {
            throw .bad(.invalidPath, "\(attribute.name): expected no filter on an attribute of one value")
        }
        if word == .remove || value == .null { return try removal(from: old, value) }
        guard let value else { throw .bad(.invalidValue, "\(word.rawValue): expected a value") }
        if attribute.isMultiValued { return try elements(from: old?.array ?? [], value) }
        if let part {
            var members = old?.object ?? JSONObject()
            try set(part, of: &members, to: try part.read(value, at: place))
            return .object(members)
        }
        guard let read = try attribute.read(value, at: place) else { return nil }
        // Parts that are not given stay.
        guard case .object(let given) = read, case .object(var members)? = old else { return read }
        try set(given, of: &members)
        return .object(members)
    }

    private var place: String { part.map { "\(attribute.name).\($0.name)" } ?? attribute.name }

    /// Gives an element another value for a part, or none.
    ///
    /// - Throws: ``SCIMError`` `mutability` where the part is immutable and has one: a member that became another would be
    ///   a swap that no one sees (RFC 7644, section 3.5.2).
    private func set(_ part: SCIMAttribute, of members: inout JSONObject, to value: JSONValue?) throws(SCIMError) {
        if part.mutability != .readWrite, let old = members[part.name], old != value {
            throw .bad(
                .mutability, "\(attribute.name).\(part.name): can't be changed; remove the element and add another")
        }
        members.assign(part.name, value)
    }

    private func set(_ given: JSONObject, of members: inout JSONObject) throws(SCIMError) {
        for member in given.members {
            guard let part = attribute.part(member.name) else { continue }
            try set(part, of: &members, to: member.value)
        }
    }

    // MARK: Removing

    private func removal(from old: JSONValue?, _ value: JSONValue?) throws(SCIMError) -> JSONValue? {
        guard let part else {
            guard attribute.isMultiValued else { return nil }
            if let filter { return .array(elements(of: old) { !isChosen($0, filter) }) }
            // Microsoft Entra ID removes members with an array of them as the value.
            guard word == .remove, let value, value != .null,
                case .array(let gone)? = try attribute.read(value, at: place)
            else { return nil }
            let keys = Set(gone.map(attribute.key))
            return .array(elements(of: old) { !keys.contains(attribute.key(of: $0)) })
        }
        func without(_ element: JSONValue) throws(SCIMError) -> JSONValue {
            guard case .object(var members) = element else { return element }
            try set(part, of: &members, to: nil)
            return .object(members)
        }
        guard attribute.isMultiValued else { return try old.map(without) }
        return .array(
            try (old?.array ?? []).map { element throws(SCIMError) in
                filter.map { isChosen(element, $0) } ?? true ? try without(element) : element
            })
    }

    private func elements(of old: JSONValue?, _ isKept: (JSONValue) -> Bool) -> [JSONValue] {
        (old?.array ?? []).filter(isKept)
    }

    private func isChosen(_ element: JSONValue, _ filter: SCIMFilter) -> Bool {
        // The one form that large groups see, without a parser's detours.
        if case .compare(_, .equal, .string(let text)) = filter, filter.equalValue != nil,
            attribute.part("value")?.isCaseExact == true
        {
            return element["value"]?.string == text
        }
        return element.object.map { filter.matches($0, in: SCIMScope(partsOf: attribute)) } ?? false
    }

    // MARK: Adding and replacing

    private func elements(from old: [JSONValue], _ value: JSONValue) throws(SCIMError) -> JSONValue? {
        if filter == nil, part == nil {
            guard case .array(let given)? = try attribute.read(value, at: place) else {
                guard word != .replace, !old.isEmpty else { return nil }
                return .array(old)
            }
            return .array(word == .replace ? given : withOnePrimary(merged(old, given), before: old))
        }
        let change: JSONObject
        if let part {
            var members = JSONObject()
            members.assign(part.name, try part.read(value, at: place))
            change = members
        } else {
            guard let object = (value.array?.first ?? value).object else {
                throw .bad(.invalidValue, "\(place): expected an object, got \(value.kind)")
            }
            change = try attribute.readParts(object, at: place)
        }
        var new = old
        var isFound = false
        for (index, element) in old.enumerated() where filter.map({ isChosen(element, $0) }) ?? true {
            isFound = true
            var members = element.object ?? JSONObject()
            if let part, change.isEmpty { try set(part, of: &members, to: nil) }
            try set(change, of: &members)
            new[index] = .object(members)
        }
        if !isFound, !change.isEmpty {
            guard var members = filter.map({ $0.description(of: attribute) }) ?? JSONObject() else {
                throw .bad(.noTarget, "\(attribute.name): no value passes the filter")
            }
            for member in change.members { members.set(member.name, member.value) }
            new.append(.object(members))
        }
        return .array(withOnePrimary(new, before: old))
    }

    /// `given` behind `old`; one that is there already takes the place it has.
    private func merged(_ old: [JSONValue], _ given: [JSONValue]) -> [JSONValue] {
        var new = old
        var places: [[String?]: Int] = [:]
        for (index, element) in old.enumerated() { places[attribute.key(of: element)] = index }
        for element in given {
            let key = attribute.key(of: element)
            if let place = places[key] {
                new[place] = element
            } else {
                places[key] = new.count
                new.append(element)
            }
        }
        return new
    }

    /// Where a change makes an element primary, no other one stays so (RFC 7644, section 3.5.2).
    private func withOnePrimary(_ new: [JSONValue], before old: [JSONValue]) -> [JSONValue] {
        func isPrimary(_ element: JSONValue) -> Bool { element["primary"] == true }
        let chosen = new.indices.first { index in
            isPrimary(new[index]) && !(old.indices.contains(index) && isPrimary(old[index]))
        }
        guard let chosen else { return new }
        return new.enumerated().map { index, element in
            guard index != chosen, isPrimary(element), case .object(var members) = element else { return element }
            members.set("primary", false)
            return .object(members)
        }
    }
}

extension SCIMFilter {
    /// The parts that an element has for certain when it passes; `nil` where the filter does not say what it is like.
    fileprivate func description(of attribute: SCIMAttribute) -> JSONObject? {
        switch self {
        case .compare(let path, .equal, let literal):
            guard path.filter == nil, path.part == nil, let part = attribute.part(path.attribute) else { return nil }
            var members = JSONObject()
            // A literal of another type makes no element.
            guard let value = try? part.read(literal, at: part.name) else { return nil }
            members.append(part.name, value)
            return members
        case .all(let filters):
            var members = JSONObject()
            for filter in filters {
                guard let more = filter.description(of: attribute) else { return nil }
                for member in more.members { members.set(member.name, member.value) }
            }
            return members
        case .compare, .present, .any, .not: return nil
        }
    }
}
