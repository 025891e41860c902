import Models

/// What the OpenAPI description says of `/scim/v2`: made from the resource types that judge the requests.
enum SCIMDescription {
    static let paths: [(String, JSONValue)] =
        SCIMResourceType.all.flatMap(paths) + [
            path(
                "/.search",
                [("post", search("searchAll", "Finds users and groups", "ListOfResources"))]),
            path(
                "/ServiceProviderConfig",
                [("get", discovery("getServiceProviderConfig", "What the service can do", "Discovery", []))]),
            path(
                "/Schemas",
                [("get", discovery("listSchemas", "The schemas", "ListOfResources", ["400"]))]),
            path(
                "/Schemas/{id}",
                [("get", discovery("getSchema", "One schema", "Discovery", ["404"]))], parameters: [name("Its URN.")]),
            path(
                "/ResourceTypes",
                [("get", discovery("listResourceTypes", "The types of resources", "ListOfResources", ["400"]))]),
            path(
                "/ResourceTypes/{id}",
                [("get", discovery("getResourceType", "One type of resources", "Discovery", ["404"]))],
                parameters: [name("Its name.")]),
        ]

    static let components: [(String, JSONValue)] =
        SCIMResourceType.all.flatMap { type in
            [
                ("SCIM\(type.name)", type.answered), ("SCIM\(type.name)Given", type.given),
                ("ListOf\(type.endpoint)", list(OpenAPI.reference("SCIM\(type.name)"))),
            ]
        } + [
            ("ListOfResources", list(["type": "object"])),
            ("Discovery", SCIMAttribute.object([("schemas", strings)], required: ["schemas"])),
            ("SCIMPatch", patch), ("SCIMSearch", searchRequest), ("SCIMError", error),
        ]

    static let strings: JSONValue = ["type": "array", "items": .textSchema]

    /// The URNs that a body says it follows: with this one among them, where it says anything.
    static func schemas(naming id: String) -> JSONValue {
        ["type": ["array", "null"], "items": .textSchema, "contains": ["const": .string(id)]]
    }

    // MARK: Paths

    private static func paths(of type: SCIMResourceType) -> [(String, JSONValue)] {
        let given = "SCIM\(type.name)Given"
        let resource = "SCIM\(type.name)"
        let noun = type.name.lowercased()
        // Units of which an organisation wants to know nothing are refused like what a role may not do.
        let listing = ["400", "401", "403", "429", "503"]
        let changing = ["400", "401", "403", "404", "409", "412", "413", "415", "429", "503"]
        return [
            path(
                "/\(type.endpoint)",
                [
                    (
                        "get",
                        operation(
                            "list\(type.endpoint)", "Lists \(noun)s, or finds some", parameters: listParameters,
                            answers: [("200", answer("A page", "ListOf\(type.endpoint)"))], errors: listing)
                    ),
                    (
                        "post",
                        operation(
                            "create\(type.name)", "Makes a \(noun)", parameters: projection, body: given,
                            answers: [("201", answer("It is made", resource, headers: ["ETag", "Location"]))],
                            errors: ["400", "401", "403", "409", "413", "415", "429", "503"])
                    ),
                ]),
            path(
                "/\(type.endpoint)/.search",
                [("post", search("search\(type.endpoint)", "Finds \(noun)s", "ListOf\(type.endpoint)"))]),
            path(
                "/\(type.endpoint)/{id}",
                [
                    (
                        "get",
                        operation(
                            "get\(type.name)", "Reads a \(noun)",
                            parameters: projection + [header("If-None-Match", "Versions that need not be sent.")],
                            answers: [
                                ("200", answer("It", resource, headers: ["ETag"])),
                                ("304", ["description": "It is of a version that was named"]),
                            ], errors: ["400", "401", "403", "404", "429", "503"])
                    ),
                    (
                        "put",
                        operation(
                            "replace\(type.name)", "Replaces a \(noun)", parameters: projection + [ifMatch],
                            body: given, answers: [("200", answer("It", resource, headers: ["ETag"]))],
                            errors: changing)
                    ),
                    (
                        "patch",
                        operation(
                            "patch\(type.name)", "Changes a \(noun)", parameters: projection + [ifMatch],
                            body: "SCIMPatch", answers: [("200", answer("It", resource, headers: ["ETag"]))],
                            errors: changing)
                    ),
                    (
                        "delete",
                        operation(
                            "delete\(type.name)", "Removes a \(noun)", parameters: [ifMatch],
                            answers: [("204", ["description": "It is gone"])],
                            errors: ["401", "403", "404", "412", "429", "503"])
                    ),
                ],
                parameters: [
                    [
                        "name": "id", "in": "path", "required": true, "description": "Onus' identifier of it.",
                        "schema": ["type": "string", "format": "uuid"],
                    ]
                ]),
        ]
    }

    private static func path(
        _ path: String, _ operations: [(String, JSONValue)], parameters: [JSONValue] = []
    ) -> (String, JSONValue) {
        OpenAPI.path("/\(SCIMRequest.path)\(path)", operations, parameters: parameters)
    }

    private static func operation(
        _ id: String, _ summary: String, parameters: [JSONValue] = [], body: String? = nil,
        answers: [(String, JSONValue)], errors: [String]
    ) -> JSONValue {
        let schema: JSONValue? = body.map { ["schema": OpenAPI.reference($0)] }
        return OpenAPI.operation(
            tag: "scim", id, summary, parameters: parameters,
            content: schema.map { ["application/scim+json": $0, "application/json": $0] }, answers: answers,
            errors: errors)
    }

    private static func search(_ id: String, _ summary: String, _ list: String) -> JSONValue {
        operation(
            id, summary, body: "SCIMSearch", answers: [("200", answer("A page", list))],
            errors: ["400", "401", "403", "413", "415", "429", "503"])
    }

    private static func discovery(_ id: String, _ summary: String, _ schema: String, _ more: [String]) -> JSONValue {
        operation(
            id, summary, parameters: more.contains("400") ? listParameters : [],
            answers: [("200", answer(summary, schema))], errors: (more + ["401", "403", "429", "503"]).sorted())
    }

    private static func answer(_ description: String, _ schema: String, headers: [String] = []) -> JSONValue {
        var answer = JSONObject()
        answer.append("description", .string(description))
        answer.append("content", ["application/scim+json": ["schema": OpenAPI.reference(schema)]])
        if !headers.isEmpty {
            var members = JSONObject()
            for header in headers { members.append(header, ["required": true, "schema": .textSchema]) }
            answer.append("headers", .object(members))
        }
        return .object(answer)
    }

    // MARK: Parameters

    private static let projection = [
        query("attributes", .textSchema, "Names of the attributes to answer, with commas between them."),
        query("excludedAttributes", .textSchema, "Names of attributes to leave out."),
    ]

    private static let listParameters =
        [
            query("filter", .textSchema, "An expression of RFC 7644, section 3.4.2.2."),
            query("startIndex", whole, "The first resource's place in the list, from 1."),
            query(
                "count", whole,
                "How many at most: \(SCIMQuery.standardCount) where absent, never more than \(SCIMQuery.greatestCount)."
            ),
        ] + projection

    private static let whole: JSONValue = [
        "type": "integer", "minimum": .number(JSONNumber(-SCIMQuery.greatestNumber)),
        "maximum": .number(JSONNumber(SCIMQuery.greatestNumber)),
    ]

    private static let ifMatch = header("If-Match", "Versions of it that may be changed.")

    private static func query(_ name: String, _ schema: JSONValue, _ description: String) -> JSONValue {
        ["name": .string(name), "in": "query", "schema": schema, "description": .string(description)]
    }

    private static func header(_ name: String, _ description: String) -> JSONValue {
        ["name": .string(name), "in": "header", "schema": .textSchema, "description": .string(description)]
    }

    private static func name(_ description: String) -> JSONValue {
        [
            "name": "id", "in": "path", "required": true, "schema": .textSchema, "description": .string(description),
        ]
    }

    // MARK: Schemas

    private static func list(_ resource: JSONValue) -> JSONValue {
        let number: JSONValue = ["type": "integer", "minimum": 0]
        return SCIMAttribute.object(
            [
                ("schemas", strings), ("totalResults", number), ("startIndex", number), ("itemsPerPage", number),
                ("Resources", ["type": "array", "items": resource]),
            ], required: ["schemas", "totalResults", "startIndex", "itemsPerPage", "Resources"])
    }

    private static let patch = SCIMAttribute.object(
        [
            ("schemas", schemas(naming: SCIMPatch.schema)),
            (
                "Operations",
                [
                    "type": "array", "minItems": 1, "maxItems": .number(JSONNumber(SCIMPatch.limit)),
                    "items": SCIMAttribute.object(
                        [
                            (
                                "op",
                                [
                                    "type": "string",
                                    "pattern": "^([Aa][Dd][Dd]|[Rr][Ee][Pp][Ll][Aa][Cc][Ee]|[Rr][Ee][Mm][Oo][Vv][Ee])$",
                                ]
                            ),
                            (
                                "path",
                                [
                                    "type": ["string", "null"],
                                    "description": "What is changed; RFC 7644, section 3.5.2.",
                                ]
                            ),
                            ("value", ["description": "What it becomes."]),
                        ], required: ["op"]),
                ]
            ),
        ], required: ["Operations"])

    private static let searchRequest = SCIMAttribute.object(
        [
            ("filter", ["type": ["string", "null"]]),
            ("startIndex", numberGiven), ("count", numberGiven),
            ("attributes", ["description": "Names of the attributes to answer: a list, or a text with commas."]),
            ("excludedAttributes", ["description": "Names of attributes to leave out."]),
        ], required: [])

    private static let numberGiven: JSONValue = [
        "anyOf": [
            [
                "type": ["integer", "null"], "minimum": .number(JSONNumber(-SCIMQuery.greatestNumber)),
                "maximum": .number(JSONNumber(SCIMQuery.greatestNumber)),
            ], ["type": "string", "pattern": "^[-+]?[0-9]{1,9}$"],
        ]
    ]

    private static let error = SCIMAttribute.object(
        [
            ("schemas", strings), ("status", ["type": "string", "pattern": "^[45][0-9]{2}$"]),
            ("scimType", .choiceSchema(SCIMError.Kind.self)), ("detail", .textSchema),
        ], required: ["schemas", "status", "detail"])

    // MARK: Errors

    static let responses: [(String, JSONValue)] = [
        ("400", "The body, the filter, a path or a value is none; `scimType` says which", nil),
        ("401", "No valid token", "WWW-Authenticate"),
        (
            "403",
            "The token may not do this, or the organisation minimises units and keeps no groups; a filter on what describes "
                + "the service", nil
        ),
        ("404", "There is no such resource", nil),
        ("409", "Another resource has a value that must be unique", nil),
        ("412", "The resource has another version than If-Match names", nil),
        ("413", "The body is longer than \(SCIMRequest.userBody) bytes, of a group \(SCIMRequest.greatestBody)", nil),
        ("415", "Another content type, charset or encoding", nil),
        ("429", "Too much in hand, or this token has sent more than it may", "Retry-After"),
        ("503", "The database does not answer, or its consumers have too much to read", "Retry-After"),
    ].map { status, description, header in
        var answer = JSONObject()
        answer.append("description", .string(description))
        answer.append("content", ["application/scim+json": ["schema": OpenAPI.reference("SCIMError")]])
        if let header {
            var headers = JSONObject()
            headers.append(header, ["required": true, "schema": .textSchema])
            answer.append("headers", .object(headers))
        }
        return ("SCIM\(status)", .object(answer))
    }
}
