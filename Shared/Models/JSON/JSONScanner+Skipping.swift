extension JSONScanner {
    /// Reads past a value of any depth, checking its syntax and building nothing.
    mutating func skipValue() throws(JSONProblem) {
        /// The open containers, innermost last: true for an object.
        var open: [Bool] = []
        while true {
            switch peek {
            case UInt8(ascii: "{"):
                advance()
                skipSpace()
                if !skip(UInt8(ascii: "}")) {
                    open.append(true)
                    try skipName()
                    continue
                }
            case UInt8(ascii: "["):
                advance()
                skipSpace()
                if !skip(UInt8(ascii: "]")) {
                    open.append(false)
                    continue
                }
            case UInt8(ascii: "\""): _ = try string()
            case UInt8(ascii: "t"): try literal("true")
            case UInt8(ascii: "f"): try literal("false")
            case UInt8(ascii: "n"): try literal("null")
            default: _ = try number()
            }
            // Behind a value: close what ends here, or go on to the next one.
            closing: while true {
                guard let isObject = open.last else { return }
                skipSpace()
                if skip(UInt8(ascii: ",")) {
                    skipSpace()
                    if isObject { try skipName() }
                    break closing
                }
                guard skip(isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) else {
                    throw syntax(isObject ? "expected , or } in an object" : "expected , or ] in an array")
                }
                open.removeLast()
            }
        }
    }

    private mutating func skipName() throws(JSONProblem) {
        guard peek == UInt8(ascii: "\"") else { throw syntax("expected a member's name in quotes") }
        _ = try string()
        skipSpace()
        guard skip(UInt8(ascii: ":")) else { throw syntax("expected : after a member's name") }
        skipSpace()
    }
}
