extension JSONParser {
    /// Where the elements of a top-level array lie, so that each can be read, measured and refused by itself.
    ///
    /// - Returns: The bytes' ranges from 0, without the white space around an element; nil where the document is JSON
    ///   but no array.
    /// - Throws: ``JSONProblem`` of kind `syntax`; what is refused in an element is found when that is read.
    package static func elements(
        of bytes: UnsafeBufferPointer<UInt8>
    ) throws(JSONProblem) -> [Range<Int>]? {
        var scanner = JSONScanner(bytes)
        var ranges: [Range<Int>] = []
        scanner.skipSpace()
        let isArray = scanner.skip(UInt8(ascii: "["))
        if isArray {
            scanner.skipSpace()
            var isDone = scanner.skip(UInt8(ascii: "]"))
            while !isDone {
                let start = scanner.index
                try scanner.skipValue()
                ranges.append(start..<scanner.index)
                scanner.skipSpace()
                isDone = scanner.skip(UInt8(ascii: "]"))
                guard isDone || scanner.skip(UInt8(ascii: ",")) else {
                    throw scanner.syntax("expected , or ] in an array")
                }
                if !isDone { scanner.skipSpace() }
            }
        } else {
            try scanner.skipValue()
        }
        scanner.skipSpace()
        guard scanner.isAtEnd else { throw scanner.syntax("expected nothing after the value") }
        return isArray ? ranges : nil
    }

    package static func elements(of bytes: [UInt8]) throws(JSONProblem) -> [Range<Int>]? {
        let result = bytes.withUnsafeBufferPointer { contents in
            Result { () throws(JSONProblem) -> [Range<Int>]? in try elements(of: contents) }
        }
        return try result.get()
    }
}
