import Models

/// One page of resources and how many there are in all.
struct SCIMList: Sendable {
    var total: Int
    var startIndex: Int
    var resources: [JSONValue]

    var json: JSONValue {
        [
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
            "totalResults": .number(JSONNumber(total)), "startIndex": .number(JSONNumber(startIndex)),
            "itemsPerPage": .number(JSONNumber(resources.count)), "Resources": .array(resources),
        ]
    }
}
