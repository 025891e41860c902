extension JSONValue {
    /// JSON for people to read and edit: two spaces a level, a member a line.
    package var indented: String { indented(by: "") }

    private func indented(by margin: String) -> String {
        let inner = margin + "  "
        switch self {
        case .array(let array) where !array.isEmpty:
            return "[\n" + array.map { inner + $0.indented(by: inner) }.joined(separator: ",\n") + "\n\(margin)]"
        case .object(let object) where !object.isEmpty:
            let members = object.members.map {
                "\(inner)\(JSONValue.string($0.name).serialized): \($0.value.indented(by: inner))"
            }
            return "{\n" + members.joined(separator: ",\n") + "\n\(margin)}"
        default: return serialized
        }
    }
}
