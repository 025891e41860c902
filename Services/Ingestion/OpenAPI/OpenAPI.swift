import Models

/// The description of ingestion's HTTP interface, OpenAPI 3.1, served at `/openapi.json`.
///
/// Built from the catalogue and the limits that the code itself uses, so that it can't say something else.
enum OpenAPI {
    static let document: JSONValue = [
        "openapi": "3.1.0",
        "info": [
            "title": "Onus ingestion", "version": "1",
            "summary": "Takes facts about performance, coaching and training as CloudEvents.",
            "license": ["name": "Apache-2.0", "identifier": "Apache-2.0"],
        ],
        "servers": [["url": "/"]],
        "security": [["token": []]],
        "tags": [
            ["name": "events", "description": "Facts"], ["name": "hooks", "description": "Vendors' webhooks"],
            ["name": "operations", "description": "Probes"],
            [
                "name": "scim",
                "description": .string(
                    """
                    People and units by SCIM 2.0 at /scim/v2, for tokens of the role scim. Names of attributes are taken in \
                    any case, and what the schemas do not name is ignored. It describes itself at \
                    /scim/v2/ServiceProviderConfig, /scim/v2/Schemas and /scim/v2/ResourceTypes. There is no /Bulk and no /Me \
                    (501).
                    """),
                "externalDocs": ["url": "https://www.rfc-editor.org/rfc/rfc7644"],
            ],
            [
                "name": "xapi",
                "description": .string(
                    """
                    Statements by xAPI 1.0.3 and 2.0 at /xapi, for tokens of the role lms, by Basic (the token's name as \
                    user) or Bearer. Its specification describes statements whole; /xapi/about names the versions. Of 1.0 a \
                    POST may be the form of another request (`?method=GET`).
                    """),
                "externalDocs": ["url": "https://opensource.ieee.org/xapi"],
            ],
        ],
        "paths": paths,
        "components": [
            "securitySchemes": [
                "token": [
                    "type": "http", "scheme": "bearer",
                    "description": .string(
                        """
                        A token. The role admin may do everything; integration sends events, scim people and units, and lms \
                        statements, training and learning.
                        """),
                ],
                "basic": [
                    "type": "http", "scheme": "basic",
                    "description": "For xAPI: the token's name as user, the token as password.",
                ],
            ],
            "schemas": OpenAPISchemas.all,
            "responses": responses,
        ],
    ]

    private static let paths: JSONValue = {
        var paths = JSONObject()
        paths.append("/v1/events", ["post": postEvents])
        paths.append("/v1/hooks/{name}", ["post": HookDescription.post])
        for (path, item) in SCIMDescription.paths + XAPIDescription.paths { paths.append(path, item) }
        paths.append("/healthz", ["get": probe("health", "Whether the process is alive", unavailable: false)])
        paths.append(
            "/readyz", ["get": probe("readiness", "Whether the service can do its work", unavailable: true)])
        paths.append("/metrics", ["get": metrics])
        paths.append("/openapi.json", ["get": description])
        paths.append("/docs", ["get": page])
        return .object(paths)
    }()

    private static let postEvents: JSONValue = [
        "operationId": "postEvents", "tags": ["events"], "summary": "Takes one event, a batch, or a stream of lines",
        "description": .string(
            """
            An event is known by its source and id: sent again it counts as a duplicate, whatever it holds. What is \
            accepted is durable when the answer comes. After a 503, or without an answer, send everything again.
            """),
        "parameters": [
            [
                "name": "dryRun", "in": "query", "schema": ["type": "boolean", "default": false],
                "description": "Judge only: nothing is stored.",
            ]
        ],
        "requestBody": [
            "required": true,
            "content": [
                "application/cloudevents+json": ["schema": reference("Event")],
                "application/json": [
                    "schema": ["type": "object"],
                    "x-cloudevents": "The event's data in binary mode; its attributes are ce- header fields.",
                ],
                "application/cloudevents-batch+json": ["schema": ["type": "array", "items": reference("Event")]],
                "application/x-ndjson": [
                    "schema": [
                        "type": "string",
                        "description": "One event in structured form a line; the whole may be of any length.",
                    ]
                ],
            ],
        ],
        "responses": [
            "202": receipt("Everything was accepted, or known already"),
            "207": receipt("Some events were rejected; the others are accepted"),
            "400": ["$ref": "#/components/responses/Rejected"],
            "401": ["$ref": "#/components/responses/Unauthorized"],
            "403": ["$ref": "#/components/responses/Forbidden"],
            "413": ["$ref": "#/components/responses/Problem"],
            "415": ["$ref": "#/components/responses/UnsupportedMediaType"],
            "422": ["$ref": "#/components/responses/Rejected"],
            "429": ["$ref": "#/components/responses/Later"],
            "503": ["$ref": "#/components/responses/Later"],
        ],
    ]

    private static let responses: JSONValue = {
        guard case .object(var responses) = ownResponses else { return ownResponses }
        for (name, answer) in SCIMDescription.responses + XAPIDescription.responses { responses.append(name, answer) }
        return .object(responses)
    }()

    private static let ownResponses: JSONValue = [
        "Problem": ["description": "A problem", "content": problem("Problem")],
        "Forbidden": [
            "description": .string(
                """
                The token may not send events, or not one of these types: nothing is stored. A stream of lines of which \
                something is stored already goes on instead, and its forbidden lines are rejected items.
                """),
            "content": problem("Problem"),
        ],
        "Rejected": [
            "description": .string(
                "The body can't be parsed or the one event's envelope is broken (400); every event was rejected (422)"),
            "content": problem("RejectedProblem"),
        ],
        "Unauthorized": [
            "description": "No valid token", "content": problem("Problem"),
            "headers": ["WWW-Authenticate": ["schema": ["type": "string"]]],
        ],
        "UnsupportedMediaType": [
            "description": "Another content type, charset or encoding", "content": problem("Problem"),
            "headers": ["Accept-Post": ["schema": ["type": "string"]]],
        ],
        "Later": [
            "description": .string(
                """
                Too much in hand, or this token has sent more events a second than it may (429); or the database does \
                not answer (503): nothing is acknowledged
                """),
            "content": problem("Problem"),
            "headers": ["Retry-After": ["schema": ["type": "integer"], "description": "Seconds"]],
        ],
    ]

    private static let metrics: JSONValue = [
        "operationId": "metrics", "tags": ["operations"], "security": [], "summary": "Metrics for Prometheus",
        "responses": [
            "200": [
                "description": "Text format 0.0.4",
                "content": ["text/plain": ["schema": ["type": "string"]]],
            ]
        ],
    ]

    private static let description: JSONValue = [
        "operationId": "openapi", "tags": ["operations"], "security": [], "summary": "This description",
        "responses": [
            "200": ["description": "OpenAPI 3.1", "content": ["application/json": ["schema": ["type": "object"]]]]
        ],
    ]

    private static let page: JSONValue = [
        "operationId": "docs", "tags": ["operations"], "security": [], "summary": "This description, for people",
        "responses": ["200": ["description": "A page", "content": ["text/html": ["schema": ["type": "string"]]]]],
    ]

    private static func probe(_ name: String, _ summary: String, unavailable: Bool) -> JSONValue {
        var answers = JSONObject()
        answers.append(
            "200", ["description": "Yes", "content": ["application/json": ["schema": ["type": "object"]]]])
        if unavailable {
            answers.append("503", ["$ref": "#/components/responses/Later"])
        }
        return [
            "operationId": .string(name), "tags": ["operations"], "security": [], "summary": .string(summary),
            "responses": .object(answers),
        ]
    }

    private static func receipt(_ description: String) -> JSONValue {
        ["description": .string(description), "content": ["application/json": ["schema": reference("Receipt")]]]
    }

    private static func problem(_ schema: String) -> JSONValue {
        ["application/problem+json": ["schema": reference(schema)]]
    }

    static func reference(_ schema: String) -> JSONValue {
        ["$ref": .string("#/components/schemas/\(schema)")]
    }
}
