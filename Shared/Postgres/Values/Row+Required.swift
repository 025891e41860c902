// The accessors for columns that are never NULL.
extension Row {
    package func bool(_ column: Int) throws(PostgresError) -> Bool { try required(optionalBool(column), column) }
    package func int2(_ column: Int) throws(PostgresError) -> Int16 { try required(optionalInt2(column), column) }
    /// Also of an `int2` column.
    package func int4(_ column: Int) throws(PostgresError) -> Int32 { try required(optionalInt4(column), column) }
    /// Also of an `int2`, `int4` or `oid` column.
    package func int8(_ column: Int) throws(PostgresError) -> Int64 { try required(optionalInt8(column), column) }
    /// As `int8`, for counts and lengths.
    package func int(_ column: Int) throws(PostgresError) -> Int { Int(try int8(column)) }
    /// Also of a `float4` column.
    package func float8(_ column: Int) throws(PostgresError) -> Double { try required(optionalFloat8(column), column) }
    /// Text of any textual type, `json`, `jsonb`, or an enum.
    package func text(_ column: Int) throws(PostgresError) -> String { try required(optionalText(column), column) }
    /// The UTF-8 of a textual column, without making a string of it.
    package func utf8(_ column: Int) throws(PostgresError) -> [UInt8] { try required(optionalUTF8(column), column) }
    package func bytes(_ column: Int) throws(PostgresError) -> [UInt8] { try required(optionalBytes(column), column) }
    package func uuid(_ column: Int) throws(PostgresError) -> UUIDBytes { try required(optionalUUID(column), column) }
    package func timestamptz(_ column: Int) throws(PostgresError) -> Timestamp {
        try required(optionalTimestamptz(column), column)
    }
    package func date(_ column: Int) throws(PostgresError) -> DateValue { try required(optionalDate(column), column) }
    package func xid8(_ column: Int) throws(PostgresError) -> UInt64 { try required(optionalXid8(column), column) }

    func required<Value>(_ value: Value?, _ column: Int) throws(PostgresError) -> Value {
        guard let value else { throw mismatch(column, expected: "a value, not NULL,") }
        return value
    }
}
