import Models

// Paths of protocols, whose operations differ in what they answer and in the answers' media types.
extension OpenAPI {
    /// A path below a protocol's root.
    static func path(
        _ path: String, _ operations: [(String, JSONValue)], parameters: [JSONValue] = []
    ) -> (String, JSONValue) {
        var item = JSONObject()
        if !parameters.isEmpty { item.append("parameters", .array(parameters)) }
        for (method, operation) in operations { item.append(method, operation) }
        return (path, .object(item))
    }

    /// - Parameters:
    ///   - tag: The protocol's; its responses are the components whose names begin with it in capitals.
    ///   - security: `nil`: as everywhere.
    ///   - content: Of the body, by media type.
    ///   - answers: By status, where it succeeds.
    ///   - errors: Statuses.
    static func operation(
        tag: String, _ id: String, _ summary: String, security: JSONValue? = nil, parameters: [JSONValue],
        content: JSONValue?, answers: [(String, JSONValue)], errors: [String]
    ) -> JSONValue {
        var operation = JSONObject()
        operation.append("operationId", .string(id))
        operation.append("tags", [.string(tag)])
        operation.append("summary", .string(summary))
        if let security { operation.append("security", security) }
        if !parameters.isEmpty { operation.append("parameters", .array(parameters)) }
        if let content { operation.append("requestBody", ["required": true, "content": content]) }
        var responses = JSONObject()
        for (status, answer) in answers { responses.append(status, answer) }
        for status in errors {
            responses.append(status, ["$ref": .string("#/components/responses/\(tag.uppercased())\(status)")])
        }
        operation.append("responses", .object(responses))
        return .object(operation)
    }
}
