import Models

/// Texts that SCIM compares without case: names of attributes, and values that are not `caseExact`.
enum SCIMText {
    static func fold(_ text: String) -> String { text.lowercased() }

    static func same(_ left: String, _ right: String) -> Bool { left == right || fold(left) == fold(right) }
}

extension JSONObject {
    /// The value of the member of this name, whatever its case; the last one where several differ in case only.
    func value(named name: String) -> JSONValue? {
        self[name] ?? members.last { SCIMText.same($0.name, name) }?.value
    }

    /// Replaces a member's value, or removes the member.
    mutating func assign(_ name: String, _ value: JSONValue?) {
        if let value {
            set(name, value)
        } else {
            self = filter { $0.name != name }
        }
    }
}
