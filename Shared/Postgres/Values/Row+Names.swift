// The same accessors by column name: for code that isn't hot, as each looks the name up.
extension Row {
    package func bool(_ name: String) throws(PostgresError) -> Bool { try bool(index(of: name)) }
    package func int2(_ name: String) throws(PostgresError) -> Int16 { try int2(index(of: name)) }
    package func int4(_ name: String) throws(PostgresError) -> Int32 { try int4(index(of: name)) }
    package func int8(_ name: String) throws(PostgresError) -> Int64 { try int8(index(of: name)) }
    package func int(_ name: String) throws(PostgresError) -> Int { try int(index(of: name)) }
    package func float8(_ name: String) throws(PostgresError) -> Double { try float8(index(of: name)) }
    package func text(_ name: String) throws(PostgresError) -> String { try text(index(of: name)) }
    package func bytes(_ name: String) throws(PostgresError) -> [UInt8] { try bytes(index(of: name)) }
    package func uuid(_ name: String) throws(PostgresError) -> UUIDBytes { try uuid(index(of: name)) }
    package func timestamptz(_ name: String) throws(PostgresError) -> Timestamp { try timestamptz(index(of: name)) }
    package func date(_ name: String) throws(PostgresError) -> DateValue { try date(index(of: name)) }
    package func xid8(_ name: String) throws(PostgresError) -> UInt64 { try xid8(index(of: name)) }

    package func optionalBool(_ name: String) throws(PostgresError) -> Bool? { try optionalBool(index(of: name)) }
    package func optionalInt4(_ name: String) throws(PostgresError) -> Int32? { try optionalInt4(index(of: name)) }
    package func optionalInt8(_ name: String) throws(PostgresError) -> Int64? { try optionalInt8(index(of: name)) }
    package func optionalFloat8(_ name: String) throws(PostgresError) -> Double? { try optionalFloat8(index(of: name)) }
    package func optionalText(_ name: String) throws(PostgresError) -> String? { try optionalText(index(of: name)) }
    package func optionalUUID(_ name: String) throws(PostgresError) -> UUIDBytes? { try optionalUUID(index(of: name)) }
    package func optionalDate(_ name: String) throws(PostgresError) -> DateValue? { try optionalDate(index(of: name)) }
    package func optionalTimestamptz(_ name: String) throws(PostgresError) -> Timestamp? {
        try optionalTimestamptz(index(of: name))
    }
}
