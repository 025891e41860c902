/// The attributes of a CloudEvent, checked, around its data, which is not.
struct Envelope<Source: ReadableValue> {
    let identity: EventIdentity
    /// A string that is not empty.
    let type: Source
    /// Nil where absent, which is a fault of content, not of the envelope.
    let time: Instant?
    let subject: String?
    /// `dataschema` and extensions.
    let attributes: [(name: String, value: Source)]
    private let members: Source.Members

    /// - Throws: ``Problem`` of kind `envelope`.
    init(_ structured: Source) throws(Problem) {
        guard let members = structured.object else {
            throw Self.problem("", "expected an object, got \(structured.kind)")
        }
        self.members = members
        let version = try Self.required("specversion", in: members)
        guard UTF8Order.equal(version, "1.0") else {
            throw Self.problem("/specversion", "expected 1.0", quoting: JSONProblem.excerpt(version))
        }
        let id = try Self.required("id", in: members, limit: EventIdentity.limit)
        let source = try Self.required("source", in: members, limit: EventIdentity.limit)
        identity = EventIdentity(source: source, id: id)
        type = try Self.type(in: members)
        time = try Self.time(in: members)
        subject = try Self.optional("subject", in: members)
        attributes = try Self.otherAttributes(of: members)
        if Self.present("data", in: members) != nil, Self.present("data_base64", in: members) != nil {
            throw Self.problem("/data_base64", "expected data or data_base64, got both")
        }
    }

    /// The event's data, decoded where it came as base64.
    ///
    /// - Throws: ``Problem`` of kind `content`.
    func data() throws(Problem) -> Source.Members {
        if let type = try Self.optional("datacontenttype", in: members), !Self.isJSON(type) {
            throw Problem.illTyped(
                "/datacontenttype", "expected application/json", quoting: JSONProblem.excerpt(type))
        }
        let value: Source
        if let data = Self.present("data", in: members) {
            value = data
        } else if let encoded = Self.present("data_base64", in: members) {
            value = try Self.decode(encoded)
        } else {
            throw Problem(
                pointer: "/data", title: "Required member missing", detail: "expected an object, got none",
                kind: .content)
        }
        guard let object = value.object else {
            throw Problem.illTyped("/data", "expected an object, got \(value.kind)")
        }
        return object
    }

    private static func decode(_ encoded: Source) throws(Problem) -> Source {
        guard let text = encoded.string, let bytes = Base64.decode(text) else {
            throw Problem.illTyped("/data_base64", "expected base64 in a string")
        }
        do {
            return try Source.decoded(bytes)
        } catch {
            switch error.kind {
            case .syntax: throw Problem.illTyped("/data_base64", "expected JSON in base64: \(error.detail)")
            case .content: throw Problem.illTyped("/data" + error.pointer, knownPlace: "/data", error.detail)
            }
        }
    }

    private static func otherAttributes(of members: Source.Members) throws(Problem) -> [(name: String, value: Source)] {
        var attributes = members.others(than: ownAttributes)
        var hasSchema = false
        for (name, value) in attributes {
            guard !name.isEmpty, name.utf8.allSatisfy(isOfName) else {
                throw problem(
                    JSONPointer.appending(name, to: ""), knownPlace: "",
                    "expected an attribute's name of lower-case letters and digits")
            }
            let isSchema = UTF8Order.equal(name, "dataschema")
            guard value.isAttribute(wholeNumbers: !isSchema) else {
                throw problem(
                    JSONPointer.appending(name, to: ""), knownPlace: isSchema ? nil : "",
                    "expected a string, a boolean or a whole number, got \(value.kind)")
            }
            if isSchema { hasSchema = true }
        }
        if hasSchema { _ = try optional("dataschema", in: members) }
        attributes.removeAll { $0.value.isNull }
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

    private static func present(_ name: String, in members: Source.Members) -> Source? {
        guard let value = members[name], !value.isNull else { return nil }
        return value
    }

    private static func type(in members: Source.Members) throws(Problem) -> Source {
        if let value = members["type"], value.withUTF8({ !$0.isEmpty }) == true { return value }
        // Says what is wrong with it.
        _ = try required("type", in: members)
        throw missing("type")
    }

    private static func time(in members: Source.Members) throws(Problem) -> Instant? {
        if let read = present("time", in: members)?.withUTF8({ Instant(rfc3339: $0) }), let time = read { return time }
        guard let text = try optional("time", in: members) else { return nil }
        do {
            return try Instant(rfc3339: text)
        } catch {
            throw problem("/time", "expected \(error.expected)", quoting: error.got)
        }
    }

    /// A string attribute; nil where absent. CloudEvents knows no empty ones.
    private static func optional(_ name: String, in members: Source.Members) throws(Problem) -> String? {
        guard let value = present(name, in: members) else { return nil }
        guard let text = value.string else {
            throw problem("/\(name)", "expected a string, got \(value.kind)")
        }
        guard !text.isEmpty else { throw problem("/\(name)", "expected a string that is not empty") }
        return text
    }

    private static func required(
        _ name: String, in members: Source.Members, limit: Int = .max
    ) throws(Problem) -> String {
        guard let text = try optional(name, in: members) else { throw missing(name) }
        guard text.utf8.count <= limit else {
            throw problem("/\(name)", "expected at most \(limit) bytes, got \(text.utf8.count)")
        }
        return text
    }

    private static func missing(_ name: String) -> Problem {
        Problem(
            pointer: "/\(name)", title: "Required attribute missing", detail: "expected a value, got none",
            kind: .envelope)
    }

    private static func problem(
        _ pointer: String, knownPlace: String? = nil, _ detail: String, quoting quote: String? = nil
    ) -> Problem {
        Problem(
            pointer: pointer, knownPlace: knownPlace, title: "Envelope broken", detail: detail, quoting: quote,
            kind: .envelope)
    }
}

/// The attributes that an event's columns hold, and those that say how its data is written.
private let ownAttributes = [
    "specversion", "id", "source", "type", "time", "subject", "datacontenttype", "data", "data_base64",
]

/// Whether a byte may stand in an attribute's name.
private func isOfName(_ byte: UInt8) -> Bool {
    byte &- UInt8(ascii: "a") < 26 || byte &- UInt8(ascii: "0") < 10
}

extension ReadableValue {
    /// Whether CloudEvents knows such an attribute; `null` is as good as none.
    fileprivate func isAttribute(wholeNumbers: Bool) -> Bool {
        if isNull || bool != nil || withUTF8({ _ in true }) == true { return true }
        return wholeNumbers && double.flatMap { Int(exactly: $0) } != nil
    }
}
