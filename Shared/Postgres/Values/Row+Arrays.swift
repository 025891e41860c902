// Arrays of one dimension. The plain accessors refuse NULL elements; `…Elements` keep them.
extension Row {
    package func boolArray(_ column: Int) throws(PostgresError) -> [Bool] { try solid(boolElements(column), column) }
    package func int2Array(_ column: Int) throws(PostgresError) -> [Int16] { try solid(int2Elements(column), column) }
    package func int4Array(_ column: Int) throws(PostgresError) -> [Int32] { try solid(int4Elements(column), column) }
    package func int8Array(_ column: Int) throws(PostgresError) -> [Int64] { try solid(int8Elements(column), column) }
    package func float8Array(_ column: Int) throws(PostgresError) -> [Double] {
        try solid(float8Elements(column), column)
    }
    package func textArray(_ column: Int) throws(PostgresError) -> [String] { try solid(textElements(column), column) }
    package func uuidArray(_ column: Int) throws(PostgresError) -> [UUIDBytes] {
        try solid(uuidElements(column), column)
    }
    package func timestamptzArray(_ column: Int) throws(PostgresError) -> [Timestamp] {
        try solid(timestamptzElements(column), column)
    }
    package func dateArray(_ column: Int) throws(PostgresError) -> [DateValue] {
        try solid(dateElements(column), column)
    }
    package func xid8Array(_ column: Int) throws(PostgresError) -> [UInt64] { try solid(xid8Elements(column), column) }

    /// `nil` when the whole array is NULL.
    package func optionalTextArray(_ column: Int) throws(PostgresError) -> [String]? {
        try isNull(column) ? nil : textArray(column)
    }

    package func boolElements(_ column: Int) throws(PostgresError) -> [Bool?] {
        try elements(column, of: .bool, width: 1) { bytes, range in bytes[range.lowerBound] != 0 }
    }

    package func int2Elements(_ column: Int) throws(PostgresError) -> [Int16?] {
        try elements(column, of: .int2, width: 2) { $0.load(Int16.self, at: $1.lowerBound) }
    }

    package func int4Elements(_ column: Int) throws(PostgresError) -> [Int32?] {
        try elements(column, of: .int4, width: 4) { $0.load(Int32.self, at: $1.lowerBound) }
    }

    package func int8Elements(_ column: Int) throws(PostgresError) -> [Int64?] {
        try elements(column, of: .int8, width: 8) { $0.load(Int64.self, at: $1.lowerBound) }
    }

    package func float8Elements(_ column: Int) throws(PostgresError) -> [Double?] {
        try elements(column, of: .float8, width: 8) { Double(bitPattern: $0.load(UInt64.self, at: $1.lowerBound)) }
    }

    /// Elements of any textual type, `json` or `jsonb`.
    package func textElements(_ column: Int) throws(PostgresError) -> [String?] {
        try elements(column, of: .text, width: nil) { String(decoding: $0[$1], as: UTF8.self) }
    }

    package func bytesElements(_ column: Int) throws(PostgresError) -> [[UInt8]?] {
        try elements(column, of: .bytea, width: nil) { Array($0[$1]) }
    }

    package func uuidElements(_ column: Int) throws(PostgresError) -> [UUIDBytes?] {
        try elements(column, of: .uuid, width: 16) {
            UUIDBytes(
                high: $0.load(UInt64.self, at: $1.lowerBound), low: $0.load(UInt64.self, at: $1.lowerBound + 8))
        }
    }

    package func timestamptzElements(_ column: Int) throws(PostgresError) -> [Timestamp?] {
        let values = try elements(column, of: .timestamptz, width: 8) {
            Timestamp(wire: $0.load(Int64.self, at: $1.lowerBound))
        }
        return try values.map { (value: Timestamp??) throws(PostgresError) -> Timestamp? in
            guard let present = value else { return nil }
            guard let present else { throw mismatch(column, expected: "instants before the year 294246") }
            return present
        }
    }

    package func dateElements(_ column: Int) throws(PostgresError) -> [DateValue?] {
        let values = try elements(column, of: .date, width: 4) {
            DateValue(wire: $0.load(Int32.self, at: $1.lowerBound))
        }
        return try values.map { (value: DateValue??) throws(PostgresError) -> DateValue? in
            guard let present = value else { return nil }
            guard let present else { throw mismatch(column, expected: "days within 32 bits") }
            return present
        }
    }

    package func xid8Elements(_ column: Int) throws(PostgresError) -> [UInt64?] {
        try elements(column, of: .xid8, width: 8) { $0.load(UInt64.self, at: $1.lowerBound) }
    }

    private func solid<Value>(_ values: [Value?], _ column: Int) throws(PostgresError) -> [Value] {
        try values.map { (value: Value?) throws(PostgresError) -> Value in try required(value, column) }
    }

    /// Reads the form that `array_send` writes: dimensions, a flag, the element's type, length and
    /// lower bound of each dimension, then each element with its length.
    private func elements<Value>(
        _ column: Int, of type: TypeOID, width: Int?, _ decode: ([UInt8], Range<Int>) -> Value
    ) throws(PostgresError) -> [Value?] {
        _ = try self.type(column)
        guard let cell = try storage.cell(row: index, column: column) else {
            throw mismatch(column, expected: "an array, not NULL,")
        }
        let bytes = storage.bytes
        guard cell.count >= 12 else { throw mismatch(column, expected: "an array of \(type)") }
        let dimensions = bytes.load(Int32.self, at: cell.lowerBound)
        let element = TypeOID(rawValue: bytes.load(UInt32.self, at: cell.lowerBound + 8))
        let isText = type == .text && (element.isTextual || element == .jsonb)
        guard element == type || isText else { throw mismatch(column, expected: "an array of \(type)") }
        if dimensions == 0 { return [] }
        guard dimensions == 1, cell.count >= 20 else {
            throw mismatch(column, expected: "an array of one dimension, not \(dimensions),")
        }
        var position = cell.lowerBound + 20
        let count = Int(bytes.load(Int32.self, at: cell.lowerBound + 12))
        var values: [Value?] = []
        values.reserveCapacity(count)
        for _ in 0..<count {
            guard position + 4 <= cell.upperBound else { throw mismatch(column, expected: "a whole array") }
            let length = Int(bytes.load(Int32.self, at: position))
            position += 4
            if length < 0 {
                values.append(nil)
                continue
            }
            guard position + length <= cell.upperBound, width == nil || width == length else {
                throw mismatch(column, expected: "a whole array of \(type)")
            }
            let start = element == .jsonb ? position + 1 : position
            values.append(decode(bytes, start..<position + length))
            position += length
        }
        return values
    }
}
