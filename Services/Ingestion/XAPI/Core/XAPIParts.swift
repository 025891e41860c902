import Models

/// What statements and sub-statements have in common.
struct XAPIParts: Sendable {
    static let names: Set<String> = ["actor", "verb", "object", "result", "context", "attachments"]

    let actor: XAPIActor
    let verb: String
    let object: XAPIObject
    let context: XAPIContext

    init(_ reader: XAPIReader, isNested: Bool, version: XAPIVersion) throws(Problem) {
        actor = try XAPIActor(try reader.required("actor"), at: reader.place("actor"))
        let verbReader = try XAPIReader(
            try reader.required("verb"), at: reader.place("verb"), knowing: ["id", "display"])
        verb = try verbReader.requiredIRI("id")
        try verbReader.languageMap("display")
        object = try XAPIObject(
            try reader.required("object"), at: reader.place("object"), isNested: isNested, version: version)
        if let result = reader["result"] { try Self.checkResult(result, at: reader.place("result")) }
        context = try XAPIContext(reader["context"] ?? [:], at: reader.place("context"), version: version)
        if case .activity = object {
        } else if let name = context.activityOnly {
            throw .statement(
                JSONPointer.appending(name, to: reader.place("context")),
                "expected only where the object is an Activity")
        }
        for (index, attachment) in (try reader.array("attachments") ?? []).enumerated() {
            try Self.checkAttachment(attachment, at: JSONPointer.appending(index, to: reader.place("attachments")))
        }
    }

    private static func checkResult(_ value: JSONValue, at pointer: String) throws(Problem) {
        let reader = try XAPIReader(
            value, at: pointer, knowing: ["score", "success", "completion", "response", "duration", "extensions"])
        try reader.bool("success")
        try reader.bool("completion")
        _ = try reader.string("response")
        try reader.extensions()
        if let duration = try reader.string("duration"), !XAPIText.isDuration(duration) {
            throw .statement(reader.place("duration"), "expected a duration of ISO 8601")
        }
        guard let score = reader["score"] else { return }
        let numbers = try XAPIReader(
            score, at: reader.place("score"), knowing: ["scaled", "raw", "min", "max"])
        if let scaled = try numbers.number("scaled"), !(-1...1).contains(scaled) {
            throw .statement(numbers.place("scaled"), "expected a number from -1 to 1")
        }
        let least = try numbers.number("min") ?? -.infinity
        let greatest = try numbers.number("max") ?? .infinity
        guard least <= greatest else { throw .statement(numbers.place("max"), "expected no less than min") }
        if let raw = try numbers.number("raw"), !(least...greatest).contains(raw) {
            throw .statement(numbers.place("raw"), "expected a number from min to max")
        }
    }

    private static func checkAttachment(_ value: JSONValue, at pointer: String) throws(Problem) {
        let reader = try XAPIReader(
            value, at: pointer,
            knowing: ["usageType", "display", "description", "contentType", "length", "sha2", "fileUrl"])
        _ = try reader.requiredIRI("usageType")
        _ = try reader.required("display")
        try reader.languageMap("display")
        try reader.languageMap("description")
        for name in ["contentType", "sha2"] {
            _ = try reader.required(name)
            _ = try reader.string(name)
        }
        guard let length = try reader.required("length").int, length >= 0 else {
            throw .statement(reader.place("length"), "expected a whole number of octets")
        }
        // Their contents would come as further parts of a multipart body, which is not taken.
        guard try reader.iri("fileUrl") != nil else {
            throw .statement(reader.place("fileUrl"), "expected an address: contents of attachments are not taken")
        }
    }
}
