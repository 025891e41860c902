/// The attributes of a CloudEvent, checked, around its data, which is not.
struct Envelope {
    let identity: EventIdentity
    let type: String
    /// Nil where absent, which is a fault of content, not of the envelope.
    let time: Instant?
    let subject: String?
    /// `dataschema` and extensions.
    let attributes: JSONObject
    private let members: JSONObject

    /// - Throws: ``Problem`` of kind `envelope`.
    init(_ structured: JSONValue) throws(Problem) {
        guard case .object(let members) = structured else {
            throw Self.problem("", "expected an object, got \(structured.kind)")
        }
        self.members = members
        let version = try Self.required("specversion", in: members)
        guard UTF8Order.equal(version, "1.0") else {
            throw Self.problem("/specversion", "expected 1.0, got \(JSONProblem.excerpt(version))")
        }
        let id = try Self.required("id", in: members, limit: EventIdentity.limit)
        let source = try Self.required("source", in: members, limit: EventIdentity.limit)
        identity = EventIdentity(source: source, id: id)
        type = try Self.required("type", in: members)
        if let text = try Self.optional("time", in: members) {
            do {
                time = try Instant(rfc3339: text)
            } catch {
                throw Self.problem("/time", "expected \(error.expected), got \(error.got)")
            }
        } else {
            time = nil
        }
        subject = try Self.optional("subject", in: members)
        attributes = try Self.otherAttributes(of: members)
        if Self.present("data", in: members) != nil, Self.present("data_base64", in: members) != nil {
            throw Self.problem("/data_base64", "expected data or data_base64, got both")
        }
    }

    /// The event's data, decoded where it came as base64.
    ///
    /// - Throws: ``Problem`` of kind `content`.
    func data() throws(Problem) -> JSONObject {
        if let type = try Self.optional("datacontenttype", in: members), !Self.isJSON(type) {
            throw Problem.illTyped("/datacontenttype", "expected application/json, got \(JSONProblem.excerpt(type))")
        }
        let value: JSONValue
        if let data = Self.present("data", in: members) {
            value = data
        } else if let encoded = Self.present("data_base64", in: members) {
            value = try Self.decode(encoded)
        } else {
            throw Problem(
                pointer: "/data", title: "Required member missing", detail: "expected an object, got none",
                kind: .content)
        }
        guard case .object(let object) = value else {
            throw Problem.illTyped("/data", "expected an object, got \(value.kind)")
        }
        return object
    }

    private static func decode(_ encoded: JSONValue) throws(Problem) -> JSONValue {
        guard case .string(let text) = encoded, let bytes = Base64.decode(text) else {
            throw Problem.illTyped("/data_base64", "expected base64 in a string")
        }
        do {
            return try JSONParser.parse(bytes)
        } catch {
            switch error.kind {
            case .syntax: throw Problem.illTyped("/data_base64", "expected JSON in base64: \(error.detail)")
            case .content: throw Problem.illTyped("/data" + error.pointer, error.detail)
            }
        }
    }

    private static func isOwn(_ name: String) -> Bool {
        switch name {
        case "specversion", "id", "source", "type", "time", "subject", "datacontenttype", "data", "data_base64": true
        default: false
        }
    }

    private static func otherAttributes(of members: JSONObject) throws(Problem) -> JSONObject {
        var attributes = JSONObject()
        for member in members.members where !isOwn(member.name) {
            let pointer = JSONPointer.appending(member.name, to: "")
            let isName = member.name.utf8.allSatisfy { byte in
                byte &- UInt8(ascii: "a") < 26 || byte &- UInt8(ascii: "0") < 10
            }
            guard isName, !member.name.isEmpty else {
                throw problem(pointer, "expected an attribute's name of lower-case letters and digits")
            }
            switch member.value {
            case .null: continue
            case .string, .bool: break
            case .number where member.name != "dataschema" && member.value.int != nil: break
            default:
                throw problem(pointer, "expected a string, a boolean or a whole number, got \(member.value.kind)")
            }
            attributes.append(member)
        }
        if attributes["dataschema"] != nil { _ = try optional("dataschema", in: members) }
        return attributes
    }

    private static func isJSON(_ type: String) -> Bool {
        if UTF8Order.equal(type, "application/json") { return true }
        let media = type.utf8.prefix { $0 != UInt8(ascii: ";") }
        let trimmed = media.reversed().drop { $0 == 0x20 || $0 == 0x09 }.reversed()
        return trimmed.map { byte in byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte }
            .elementsEqual("application/json".utf8)
    }

    // MARK: Attributes

    private static func present(_ name: String, in members: JSONObject) -> JSONValue? {
        guard let value = members[name] else { return nil }
        if case .null = value { return nil }
        return value
    }

    /// A string attribute; nil where absent. CloudEvents knows no empty ones.
    private static func optional(_ name: String, in members: JSONObject) throws(Problem) -> String? {
        guard let value = present(name, in: members) else { return nil }
        guard case .string(let text) = value else {
            throw problem("/\(name)", "expected a string, got \(value.kind)")
        }
        guard !text.isEmpty else { throw problem("/\(name)", "expected a string that is not empty") }
        return text
    }

    private static func required(
        _ name: String, in members: JSONObject, limit: Int = .max
    ) throws(Problem) -> String {
        guard let text = try optional(name, in: members) else {
            throw Problem(
                pointer: "/\(name)", title: "Required attribute missing", detail: "expected a value, got none",
                kind: .envelope)
        }
        guard text.utf8.count <= limit else {
            throw problem("/\(name)", "expected at most \(limit) bytes, got \(text.utf8.count)")
        }
        return text
    }

    private static func problem(_ pointer: String, _ detail: String) -> Problem {
        Problem(pointer: pointer, title: "Envelope broken", detail: detail, kind: .envelope)
    }
}
