import Models

/// The schemas of the OpenAPI description.
enum OpenAPISchemas {
    static let all: JSONValue = {
        var schemas = JSONObject()
        schemas.append("Event", event)
        for type in EventType.allCases {
            schemas.append(name(of: type), data(of: type))
        }
        schemas.append("Receipt", receipt)
        schemas.append("HookReceipt", HookDescription.receipt)
        schemas.append("Rejection", rejection)
        schemas.append("Problem", problem)
        schemas.append("RejectedProblem", ["allOf": [OpenAPI.reference("Problem"), OpenAPI.reference("Receipt")]])
        for (name, schema) in SCIMDescription.components + XAPIDescription.components { schemas.append(name, schema) }
        return .object(schemas)
    }()

    /// `onus.person.updated` is `PersonUpdatedData`.
    private static func name(of type: EventType) -> String {
        type.rawValue.split(separator: ".").dropFirst().map(\.capitalized).joined() + "Data"
    }

    private static let identityLimit = JSONValue.string("At most \(EventIdentity.limit) bytes in UTF-8.")

    private static let event: JSONValue = [
        "type": "object", "required": ["specversion", "id", "source", "type", "time", "data"],
        "properties": [
            "specversion": ["const": "1.0"],
            "id": ["type": "string", "minLength": 1, "description": identityLimit],
            "source": ["type": "string", "minLength": 1, "description": identityLimit],
            "type": ["enum": .array(EventType.allCases.map { .string($0.rawValue) })],
            "time": [
                "type": "string", "format": "date-time", "description": "When the fact happened, not when it was sent.",
            ],
            "subject": ["type": "string", "description": "Equals the person, gap or role of data."],
            "datacontenttype": ["type": "string", "description": "application/json"],
            "data": ["oneOf": .array(EventType.allCases.map { OpenAPI.reference(name(of: $0)) })],
            "data_base64": ["type": "string", "description": "Instead of data: the same JSON, encoded."],
        ],
        "description": .string("At most \(Limits.event) bytes and \(JSONParser.nestingLimit) levels of nesting."),
    ]

    private static let receipt: JSONValue = [
        "type": "object", "required": ["accepted", "duplicates", "rejected"],
        "properties": [
            "accepted": ["type": "integer", "minimum": 0],
            "duplicates": ["type": "integer", "minimum": 0],
            "rejected": [
                "type": "array", "items": OpenAPI.reference("Rejection"),
                "maxItems": .number(JSONNumber(Limits.listedRejections)),
            ],
            "omitted": [
                "type": "integer", "minimum": 1,
                "description": .string(
                    """
                    How many rejected events the list leaves out, where it was cut: it names at most \
                    \(Limits.listedRejections), in \(Limits.listedBytes >> 20) MiB of words.
                    """),
            ],
        ],
    ]

    private static let rejection: JSONValue = [
        "type": "object", "required": ["index", "pointer", "title", "detail"],
        "properties": [
            "index": ["type": "integer", "minimum": 0, "description": "The zero-based item or line."],
            "pointer": ["type": "string", "format": "json-pointer"],
            "title": ["type": "string"], "detail": ["type": "string"],
        ],
    ]

    private static let problem: JSONValue = [
        "type": "object", "required": ["type", "title", "status"],
        "properties": [
            "type": ["type": "string", "format": "uri-reference"], "title": ["type": "string"],
            "status": ["type": "integer"], "detail": ["type": "string"],
        ],
        "description": "RFC 9457",
    ]

    private static func data(of type: EventType) -> JSONValue {
        EventDataSchema.members(of: type).schema
    }
}

extension Substring {
    fileprivate var capitalized: String { prefix(1).uppercased() + dropFirst() }
}
