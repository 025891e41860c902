/// How a vendor's item came that the quarantine keeps: what translating it anew needs beside the item.
package struct HookCall: Hashable, Sendable {
    /// The hook's name.
    package let hook: String
    /// Whether it was asked for; else it was pushed.
    package let isPolled: Bool
    /// Those that the connector names, by lower-case name.
    package let headers: [String: String]

    package init(hook: String, isPolled: Bool, headers: [String: String]) {
        self.hook = hook
        self.isPolled = isPolled
        self.headers = headers
    }

    /// - Parameter serialized: As ``serialized`` gives it.
    /// - Returns: Nil where it is something else.
    package init?(hook: String, serialized: String) {
        // Why it is no JSON does not matter: nobody of ours has written it.
        guard let json = try? JSONParser.parse(serialized), let isPolled = json["polled"]?.bool else { return nil }
        var headers: [String: String] = [:]
        for member in json["headers"]?.object?.members ?? [] { headers[member.name] = member.value.string }
        self.init(hook: hook, isPolled: isPolled, headers: headers)
    }

    /// All but the hook, as JSON.
    package var serialized: String {
        var named = JSONObject()
        for (name, value) in headers.sorted(by: { $0.key < $1.key }) { named.append(name, .string(value)) }
        return (["polled": .bool(isPolled), "headers": .object(named)] as JSONValue).serialized
    }
}
