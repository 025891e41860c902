import Models

extension JSONPointer {
    /// `~1` and `~0` undone (RFC 6901, section 4).
    static func unescaped(_ step: String) -> String {
        guard step.contains("~") else { return step }
        var text = ""
        var rest = step[...]
        while let first = rest.popFirst() {
            if first == "~", let next = rest.first, next == "0" || next == "1" {
                rest.removeFirst()
                text.append(next == "0" ? "~" : "/")
            } else {
                text.append(first)
            }
        }
        return text
    }

    /// The steps of a pointer; nil where it is none.
    static func steps(of pointer: String) -> [String]? {
        if pointer.isEmpty { return [] }
        guard pointer.hasPrefix("/") else { return nil }
        return pointer.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map { unescaped(String($0)) }
    }
}

extension JSONValue {
    /// What stands at the end of these steps; `null` where there is nothing, and for a text without characters, which
    /// is how many vendors write that.
    func value(at steps: [String]) -> JSONValue {
        var value = self
        for step in steps {
            switch value {
            case .object(let object):
                guard let member = object[step] else { return .null }
                value = member
            case .array(let array):
                guard let index = Int(step), array.indices.contains(index) else { return .null }
                value = array[index]
            default: return .null
            }
        }
        return value == .string("") ? .null : value
    }
}
