import Models

/// What the OpenAPI description says of `/v1/hooks/{name}`.
enum HookDescription {
    static let post: JSONValue = [
        "operationId": "postHook", "tags": ["hooks"], "summary": "Takes a vendor's webhook call", "security": [],
        "description": .string(
            """
            The call is verified as the hook's connector says: a Standard Webhooks signature, the vendor's own HMAC \
            header, a key, or a token. What it says becomes events of the hook's organisation; a call that is sent \
            again counts as duplicates. Test calls, and what is not a fact yet, are taken without events.
            """),
        "parameters": [
            [
                "name": "name", "in": "path", "required": true, "description": "The hook's name.",
                "schema": ["type": "string", "pattern": "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"],
            ]
        ],
        "requestBody": [
            "description": .string("The vendor's own JSON, at most \(Limits.hook) bytes."),
            "content": ["application/json": ["schema": true]],
        ],
        "responses": [
            "202": answer("Everything was taken, known already, or rightly left out"),
            "207": answer("Some items were refused and are kept in the quarantine; the others are taken"),
            "400": ["$ref": "#/components/responses/Rejected"],
            "401": ["$ref": "#/components/responses/Unauthorized"],
            "404": ["$ref": "#/components/responses/Problem"],
            "413": ["$ref": "#/components/responses/Problem"],
            "422": ["$ref": "#/components/responses/Rejected"],
            "429": ["$ref": "#/components/responses/Later"],
            "503": ["$ref": "#/components/responses/Later"],
        ],
    ]

    static let receipt: JSONValue = [
        "allOf": [
            OpenAPI.reference("Receipt"),
            [
                "type": "object", "required": ["ignored"],
                "properties": [
                    "ignored": [
                        "type": "array", "description": "The items that make no events, and why.",
                        "items": [
                            "type": "object", "required": ["index", "reason"],
                            "properties": [
                                "index": ["type": "integer", "minimum": 0], "reason": ["type": "string"],
                            ],
                        ],
                    ]
                ],
            ],
        ]
    ]

    private static func answer(_ description: String) -> JSONValue {
        [
            "description": .string(description),
            "content": ["application/json": ["schema": OpenAPI.reference("HookReceipt")]],
        ]
    }
}
