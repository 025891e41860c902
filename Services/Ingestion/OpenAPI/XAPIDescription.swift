import HTTPTypes
import Models

/// What the OpenAPI description says of `/xapi`.
enum XAPIDescription {
    static let paths: [(String, JSONValue)] =
        [
            path("/about", [("get", about)], parameters: [versionAsked]),
            path(
                "/statements", [("get", get), ("put", put), ("post", post)],
                parameters: [
                    [
                        "name": "X-Experience-API-Version", "in": "header", "required": true,
                        "schema": ["type": "string", "pattern": .string(version)],
                        "description": "The version that is spoken.",
                    ]
                ]),
        ]
        + XAPIRoutes.absent.map { address, methods in
            path(
                "/\(address)",
                methods.map { method in
                    let method = method.rawValue.lowercased()
                    let name = address.split(separator: "/").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
                    return (method, missing(method + name))
                })
        }

    static let responses: [(String, JSONValue)] = [
        (
            "400", "A parameter, the version, the body or a statement is not what xAPI asks for; `pointer` says where",
            nil
        ),
        ("401", "No valid token", "WWW-Authenticate"), ("403", "The token has neither the role lms nor admin", nil),
        ("404", "No such statement was brought with this token's name", nil),
        ("409", "There is another statement of this identifier; nothing is stored", nil),
        (
            "413",
            "The body is longer than \(Limits.body) bytes, a statement than \(Limits.event), or a batch has more than "
                + "\(XAPIRequest.greatestBatch)", nil
        ),
        ("415", "Another content type or charset; contents of attachments are not taken", nil),
        ("429", "Too much in hand, or this token has sent more than it may", "Retry-After"),
        ("501", "Onus keeps no state and no profiles of activities and agents", nil),
        ("503", "The database does not answer, or its consumers have too much to read", "Retry-After"),
    ].map { status, description, header in
        var answer = JSONObject()
        answer.append("description", .string(description))
        answer.append("content", ["application/problem+json": ["schema": OpenAPI.reference("Problem")]])
        answer.append("headers", headers(header.map { [$0] } ?? []))
        return ("XAPI\(status)", .object(answer))
    }

    // MARK: Operations

    private static let about: JSONValue = [
        "operationId": "about", "tags": ["xapi"], "security": [], "summary": "The versions that are spoken",
        "responses": [
            "200": [
                "description": "Them", "headers": headers([]),
                "content": [
                    "application/json": [
                        "schema": SCIMAttribute.object(
                            [
                                ("version", ["type": "array", "items": .textSchema]),
                                ("extensions", ["type": "object"]),
                            ],
                            required: ["version"])
                    ]
                ],
            ]
        ],
    ]

    private static let get = operation(
        "getStatements", "One statement by its identifier, or those that were brought with the token's name",
        parameters: XAPIQuery.parameters.map { name, schema in
            ["name": .string(name), "in": "query", "schema": schema]
        },
        answers: [
            (
                "200",
                [
                    "description": "The statement, or a page of them; in several parts where attachments are asked for",
                    "headers": headers([]),
                    "content": [
                        "application/json": [
                            "schema": ["anyOf": [OpenAPI.reference("StatementResult"), OpenAPI.reference("Statement")]]
                        ],
                        "multipart/mixed": ["schema": .textSchema],
                    ],
                ]
            )
        ], errors: ["400", "401", "403", "404", "429", "503"])

    private static let put = operation(
        "putStatement", "Brings one statement of this identifier",
        parameters: [
            [
                "name": "statementId", "in": "query", "required": true,
                "schema": ["type": "string", "format": "uuid"],
            ]
        ], body: OpenAPI.reference("Statement"),
        answers: [("204", ["description": "It is stored, or was stored already", "headers": headers([])])],
        errors: ["400", "401", "403", "409", "413", "415", "429", "503"])

    private static let post = operation(
        "postStatements",
        "Brings a statement, or several of which all are stored or none",
        body: [
            "anyOf": [
                OpenAPI.reference("Statement"),
                [
                    "type": "array", "items": OpenAPI.reference("Statement"),
                    "maxItems": .number(JSONNumber(XAPIRequest.greatestBatch)),
                ],
            ]
        ],
        answers: [
            (
                "200",
                [
                    "description": "The identifiers, in order", "headers": headers([]),
                    "content": [
                        "application/json": [
                            "schema": ["type": "array", "items": ["type": "string", "format": "uuid"]]
                        ]
                    ],
                ]
            )
        ], errors: ["400", "401", "403", "409", "413", "415", "429", "503"])

    private static func missing(_ id: String) -> JSONValue {
        operation(id, "Not kept here", answers: [], errors: ["401", "403", "429", "501", "503"])
    }

    private static func path(
        _ path: String, _ operations: [(String, JSONValue)], parameters: [JSONValue] = []
    ) -> (String, JSONValue) {
        OpenAPI.path("/\(XAPIRequest.path)\(path)", operations, parameters: parameters)
    }

    private static func operation(
        _ id: String, _ summary: String, parameters: [JSONValue] = [], body: JSONValue? = nil,
        answers: [(String, JSONValue)], errors: [String]
    ) -> JSONValue {
        OpenAPI.operation(
            tag: "xapi", id, summary, security: [["token": []], ["basic": []]], parameters: parameters,
            content: body.map { ["application/json": ["schema": $0]] }, answers: answers, errors: errors)
    }

    /// Those that every answer has, and more.
    private static func headers(_ more: [String]) -> JSONValue {
        var headers = JSONObject()
        headers.append("X-Experience-API-Version", ["required": true, "schema": .textSchema])
        headers.append(
            "X-Experience-API-Consistent-Through", ["schema": ["type": "string", "format": "date-time"]])
        for header in more { headers.append(header, ["required": true, "schema": .textSchema]) }
        return .object(headers)
    }

    private static let version = "^[12]\\.0(\\.[0-9]{1,4})?$"
    private static let versionAsked: JSONValue = [
        "name": "X-Experience-API-Version", "in": "header", "schema": .textSchema,
        "description": "To those who speak 1.0 only versions of it are named.",
    ]

    // MARK: Statements

    static let components: [(String, JSONValue)] = [
        ("Statement", statement(of: XAPIStatement.names, object: OpenAPI.reference("StatementObject"))),
        (
            "StatementResult",
            SCIMAttribute.object(
                [
                    ("statements", ["type": "array", "items": OpenAPI.reference("Statement")]),
                    (
                        "more",
                        [
                            "type": "string",
                            "description":
                                "The address of the next page, relative to the server; empty: there is none.",
                        ]
                    ),
                ], required: ["statements", "more"])
        ),
        ("StatementActor", actor), ("StatementObject", object),
    ]

    /// Of a statement or a sub-statement: no other member is taken.
    private static func statement(of names: Set<String>, object: JSONValue) -> JSONValue {
        let known: [String: JSONValue] = [
            "id": ["type": "string", "format": "uuid"],
            "actor": OpenAPI.reference("StatementActor"), "authority": OpenAPI.reference("StatementActor"),
            "verb": closed([("id", iri), ("display", languages)], required: ["id"]),
            "object": object, "objectType": ["const": "SubStatement"],
            "timestamp": ["type": "string", "description": "RFC 3339; UTC where it has no offset."],
            "stored": ["type": "string", "description": "Said by Onus; what is sent is left out."],
            "version": ["type": "string", "pattern": .string(version)],
            "result": closed(
                [
                    ("score", ["type": "object"]), ("success", .booleanSchema), ("completion", .booleanSchema),
                    ("response", .textSchema), ("duration", ["type": "string", "description": "ISO 8601."]),
                    ("extensions", ["type": "object"]),
                ]),
            "context": ["type": "object"], "attachments": ["type": "array", "items": ["type": "object"]],
        ]
        let members = names.sorted().compactMap { name in known[name].map { (name, $0) } }
        let required = ["actor", "verb", "object"] + (names.contains("objectType") ? ["objectType"] : [])
        return closed(members, required: required)
    }

    private static let iri: JSONValue = ["type": "string", "pattern": "^[A-Za-z][A-Za-z0-9+.-]*:."]
    private static let languages: JSONValue = ["type": "object", "additionalProperties": .textSchema]

    private static let actor: JSONValue = {
        let identifiers: [(String, JSONValue)] = [
            ("mbox", ["type": "string", "pattern": "^mailto:.+@.+"]),
            ("mbox_sha1sum", ["type": "string", "pattern": "^[0-9A-Fa-f]{40}$"]), ("openid", iri),
            ("account", closed([("homePage", iri), ("name", .textSchema)], required: ["homePage", "name"])),
        ]
        return closed(
            identifiers + [
                ("objectType", ["enum": ["Agent", "Group"]]), ("name", .textSchema),
                ("member", ["type": "array", "items": ["type": "object"]]),
            ])
    }()

    private static let object: JSONValue = [
        "anyOf": [
            closed(
                [("objectType", ["const": "Activity"]), ("id", iri), ("definition", ["type": "object"])],
                required: ["id"]),
            OpenAPI.reference("StatementActor"),
            closed(
                [("objectType", ["const": "StatementRef"]), ("id", ["type": "string", "format": "uuid"])],
                required: ["objectType", "id"]),
            statement(of: XAPIParts.names.union(["objectType", "timestamp"]), object: ["type": "object"]),
        ]
    ]

    /// An object with these members and no others.
    private static func closed(_ members: [(String, JSONValue)], required: [String] = []) -> JSONValue {
        guard case .object(var schema) = SCIMAttribute.object(members, required: required) else { return true }
        schema.append("additionalProperties", false)
        return .object(schema)
    }
}

extension XAPIQuery {
    /// The parameters of a GET, with what each may be.
    static let parameters: [(String, JSONValue)] = ofOne.union(ofLists).sorted().map { name in
        let schema: JSONValue =
            switch name {
            case "statementId", "voidedStatementId", "registration": ["type": "string", "format": "uuid"]
            case "format": .choiceSchema(XAPIFormat.self)
            case "attachments", "related_activities", "related_agents", "ascending": .booleanSchema
            case "limit":
                ["type": "integer", "minimum": 0, "description": .string("0 is \(greatestLimit), and so is more.")]
            case "since", "until": ["type": "string", "format": "date-time"]
            case "agent": ["type": "string", "description": "An Agent or an identified Group, as JSON."]
            case "cursor": ["type": "string", "pattern": "^[0-9]+-[0-9]+$", "description": "Of `more`."]
            default: ["type": "string", "format": "uri"]
            }
        return (name, schema)
    }
}
