extension JSONValue {
    /// This document with another value at a JSON Pointer (RFC 6901): a member's, which may be new, or an element's.
    ///
    /// - Parameter pointer: Empty for the whole document.
    /// - Returns: `nil` where it is no pointer, or leads through something that is not there.
    package func setting(_ value: JSONValue, at pointer: String) -> JSONValue? {
        guard !pointer.isEmpty else { return value }
        guard pointer.utf8.first == UInt8(ascii: "/") else { return nil }
        let steps = pointer.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        return setting(value, at: steps[...])
    }

    private func setting(_ value: JSONValue, at steps: ArraySlice<Substring>) -> JSONValue? {
        guard let step = steps.first else { return value }
        let rest = steps.dropFirst()
        switch self {
        case .object(var object):
            guard let name = JSONPointer.unescaped(step) else { return nil }
            guard let inner = rest.isEmpty ? value : object[name]?.setting(value, at: rest) else { return nil }
            object.set(name, inner)
            return .object(object)
        case .array(var array):
            guard let index = Int(step), array.indices.contains(index), String(index).utf8.elementsEqual(step.utf8),
                let inner = array[index].setting(value, at: rest)
            else { return nil }
            array[index] = inner
            return .array(array)
        case .null, .bool, .number, .string: return nil
        }
    }
}

extension JSONPointer {
    /// The name that a step of a pointer stands for; `nil` where a `~` is followed by something else than 0 or 1.
    static func unescaped(_ step: Substring) -> String? {
        var name = String.UnicodeScalarView()
        var scalars = step.unicodeScalars.makeIterator()
        while let scalar = scalars.next() {
            guard scalar == "~" else {
                name.append(scalar)
                continue
            }
            switch scalars.next() {
            case "0": name.append("~")
            case "1": name.append("/")
            default: return nil
            }
        }
        return String(name)
    }
}
