/// JSON Pointers (RFC 6901).
package enum JSONPointer {
    /// `pointer` with one more step: a member's name.
    package static func appending(_ name: String, to pointer: String) -> String {
        guard name.utf8.contains(where: { $0 == UInt8(ascii: "~") || $0 == UInt8(ascii: "/") }) else {
            return "\(pointer)/\(name)"
        }
        var escaped = ""
        for scalar in name.unicodeScalars {
            switch scalar {
            case "~": escaped += "~0"
            case "/": escaped += "~1"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return "\(pointer)/\(escaped)"
    }

    /// `pointer` with one more step: an array's element.
    package static func appending(_ index: Int, to pointer: String) -> String { "\(pointer)/\(index)" }
}
