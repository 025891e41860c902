import Models
import Postgres

/// Reads the members of an object inside a statement, and says by JSON Pointer what is wrong with them.
///
/// Source: xAPI 1.0.3, part 2, section 2.2: no `null` outside extensions, and no member that the specification does not
/// name.
struct XAPIReader {
    let members: JSONObject
    /// The pointer to the object.
    let pointer: String

    init(_ value: JSONValue, at pointer: String, knowing names: Set<String>) throws(Problem) {
        guard case .object(let members) = value else {
            throw .statement(pointer, "expected an object, got \(value.kind)")
        }
        for member in members.members {
            let place = JSONPointer.appending(member.name, to: pointer)
            guard names.contains(member.name) else { throw .statement(place, "expected no member of this name") }
            if case .null = member.value { throw .statement(place, "expected a value, got null") }
        }
        self.members = members
        self.pointer = pointer
    }

    subscript(_ name: String) -> JSONValue? { members[name] }

    func place(_ name: String) -> String { JSONPointer.appending(name, to: pointer) }

    func required(_ name: String) throws(Problem) -> JSONValue {
        guard let value = members[name] else { throw .statement(place(name), "expected a value, got none") }
        return value
    }

    func string(_ name: String) throws(Problem) -> String? {
        guard let value = members[name] else { return nil }
        guard let text = value.string else { throw .statement(place(name), "expected a string, got \(value.kind)") }
        return text
    }

    func bool(_ name: String) throws(Problem) {
        guard let value = members[name] else { return }
        guard value.bool != nil else { throw .statement(place(name), "expected a boolean, got \(value.kind)") }
    }

    func number(_ name: String) throws(Problem) -> Double? {
        guard let value = members[name] else { return nil }
        guard let number = value.double else {
            throw .statement(place(name), "expected a number, got \(value.kind)")
        }
        return number
    }

    func array(_ name: String) throws(Problem) -> [JSONValue]? {
        guard let value = members[name] else { return nil }
        guard let array = value.array else { throw .statement(place(name), "expected an array, got \(value.kind)") }
        return array
    }

    @discardableResult
    func iri(_ name: String) throws(Problem) -> String? {
        guard let text = try string(name) else { return nil }
        guard XAPIText.isIRI(text) else {
            throw .statement(place(name), "expected an IRI with a scheme, got \(JSONProblem.excerpt(text))")
        }
        return text
    }

    /// A list of one or more.
    func iris(_ name: String) throws(Problem) {
        guard let list = try array(name) else { return }
        guard !list.isEmpty else { throw .statement(place(name), "expected an IRI or more, got none") }
        for (index, value) in list.enumerated() {
            guard let text = value.string, XAPIText.isIRI(text) else {
                throw .statement(JSONPointer.appending(index, to: place(name)), "expected an IRI with a scheme")
            }
        }
    }

    func requiredIRI(_ name: String) throws(Problem) -> String {
        _ = try required(name)
        return try iri(name) ?? ""
    }

    func uuid(_ name: String) throws(Problem) -> UUIDBytes? {
        guard let text = try string(name) else { return nil }
        guard let id = XAPIText.uuid(text) else {
            throw .statement(place(name), "expected a UUID, got \(JSONProblem.excerpt(text))")
        }
        return id
    }

    func time(_ name: String) throws(Problem) -> Instant? {
        guard let text = try string(name) else { return nil }
        guard let time = XAPIText.time(text) else {
            throw .statement(place(name), "expected a time of RFC 3339, got \(JSONProblem.excerpt(text))")
        }
        return time
    }

    func languageMap(_ name: String) throws(Problem) {
        guard let value = members[name] else { return }
        guard let map = value.object else {
            throw .statement(place(name), "expected a language map, got \(value.kind)")
        }
        for entry in map.members {
            let here = JSONPointer.appending(entry.name, to: place(name))
            guard XAPIText.isLanguage(entry.name) else { throw .statement(here, "expected a language tag as the name") }
            guard entry.value.string != nil else {
                throw .statement(here, "expected a string, got \(entry.value.kind)")
            }
        }
    }

    func extensions() throws(Problem) {
        guard let value = members["extensions"] else { return }
        guard let object = value.object else {
            throw .statement(place("extensions"), "expected an object, got \(value.kind)")
        }
        for member in object.members where !XAPIText.isIRI(member.name) {
            throw .statement(
                JSONPointer.appending(member.name, to: place("extensions")), "expected an IRI as an extension's name")
        }
    }
}

extension Problem {
    /// What is wrong with a statement, or with a request's parameter.
    static func statement(_ pointer: String, _ detail: String) -> Problem {
        Problem(pointer: pointer, title: "Statement not valid", detail: detail, kind: .content)
    }
}
