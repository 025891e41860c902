/// One row of a result. Each accessor reads one column of exactly that type, without reflection.
///
/// All throw ``PostgresError`` of kind `.decoding` when the column is of another type, or NULL where
/// the name doesn't begin with `optional`.
package struct Row: Sendable {
    let storage: ResultStorage
    let index: Int

    package var columns: [ResultSet.Column] { storage.columns }

    package func isNull(_ column: Int) throws(PostgresError) -> Bool {
        try storage.cell(row: index, column: column) == nil
    }

    /// The position of the first column of that name.
    package func index(of name: String) throws(PostgresError) -> Int {
        try storage.index(of: name)
    }

    package func optionalBool(_ column: Int) throws(PostgresError) -> Bool? {
        guard let range = try cell(column, width: 1, of: .bool) else { return nil }
        return storage.bytes[range.lowerBound] != 0
    }

    package func optionalInt2(_ column: Int) throws(PostgresError) -> Int16? {
        guard let range = try cell(column, width: 2, of: .int2) else { return nil }
        return storage.bytes.load(Int16.self, at: range.lowerBound)
    }

    /// Also of an `int2` column.
    package func optionalInt4(_ column: Int) throws(PostgresError) -> Int32? {
        if try type(column) == .int2 { return try optionalInt2(column).map { Int32($0) } }
        guard let range = try cell(column, width: 4, of: .int4) else { return nil }
        return storage.bytes.load(Int32.self, at: range.lowerBound)
    }

    /// Also of an `int2` or `int4` column, and of `oid`.
    package func optionalInt8(_ column: Int) throws(PostgresError) -> Int64? {
        switch try type(column) {
        case .int2: return try optionalInt2(column).map { Int64($0) }
        case .int4: return try optionalInt4(column).map { Int64($0) }
        case .oid:
            guard let range = try cell(column, width: 4, of: .oid) else { return nil }
            return Int64(storage.bytes.load(UInt32.self, at: range.lowerBound))
        default:
            guard let range = try cell(column, width: 8, of: .int8) else { return nil }
            return storage.bytes.load(Int64.self, at: range.lowerBound)
        }
    }

    /// Also of a `float4` column.
    package func optionalFloat8(_ column: Int) throws(PostgresError) -> Double? {
        if try type(column) == .float4 {
            guard let range = try cell(column, width: 4, of: .float4) else { return nil }
            return Double(Float(bitPattern: storage.bytes.load(UInt32.self, at: range.lowerBound)))
        }
        guard let range = try cell(column, width: 8, of: .float8) else { return nil }
        return Double(bitPattern: storage.bytes.load(UInt64.self, at: range.lowerBound))
    }

    /// Text of any textual type, `json`, `jsonb`, or an enum.
    package func optionalText(_ column: Int) throws(PostgresError) -> String? {
        guard var range = try storage.cell(row: index, column: column) else { return nil }
        let type = storage.columns[column].type
        if type == .jsonb {
            range = range.lowerBound + 1..<range.upperBound
        } else if !type.isTextual {
            throw mismatch(column, expected: "text")
        }
        return unsafe storage.bytes.withUnsafeBufferPointer { bytes in
            unsafe String(decoding: UnsafeBufferPointer(rebasing: bytes[range]), as: UTF8.self)
        }
    }

    /// The UTF-8 of a textual column, without making a string of it.
    package func optionalUTF8(_ column: Int) throws(PostgresError) -> [UInt8]? {
        guard let range = try storage.cell(row: index, column: column) else { return nil }
        let type = storage.columns[column].type
        guard type.isTextual || type == .jsonb else { throw mismatch(column, expected: "text") }
        return Array(storage.bytes[type == .jsonb ? range.dropFirst() : range])
    }

    package func optionalBytes(_ column: Int) throws(PostgresError) -> [UInt8]? {
        guard let range = try storage.cell(row: index, column: column) else { return nil }
        guard storage.columns[column].type == .bytea else { throw mismatch(column, expected: "bytea") }
        return Array(storage.bytes[range])
    }

    package func optionalUUID(_ column: Int) throws(PostgresError) -> UUIDBytes? {
        guard let range = try cell(column, width: 16, of: .uuid) else { return nil }
        return UUIDBytes(
            high: storage.bytes.load(UInt64.self, at: range.lowerBound),
            low: storage.bytes.load(UInt64.self, at: range.lowerBound + 8))
    }

    package func optionalTimestamptz(_ column: Int) throws(PostgresError) -> Timestamp? {
        guard let range = try cell(column, width: 8, of: .timestamptz) else { return nil }
        guard let value = Timestamp(wire: storage.bytes.load(Int64.self, at: range.lowerBound)) else {
            throw mismatch(column, expected: "an instant before the year 294246")
        }
        return value
    }

    package func optionalDate(_ column: Int) throws(PostgresError) -> DateValue? {
        guard let range = try cell(column, width: 4, of: .date) else { return nil }
        guard let value = DateValue(wire: storage.bytes.load(Int32.self, at: range.lowerBound)) else {
            throw mismatch(column, expected: "a day within 32 bits")
        }
        return value
    }

    package func optionalXid8(_ column: Int) throws(PostgresError) -> UInt64? {
        guard let range = try cell(column, width: 8, of: .xid8) else { return nil }
        return storage.bytes.load(UInt64.self, at: range.lowerBound)
    }

    func type(_ column: Int) throws(PostgresError) -> TypeOID {
        guard storage.columns.indices.contains(column) else {
            throw PostgresError(.decoding, "expected a column in 0..<\(storage.columns.count), got \(column)")
        }
        return storage.columns[column].type
    }

    private func cell(_ column: Int, width: Int, of type: TypeOID) throws(PostgresError) -> Range<Int>? {
        guard try self.type(column) == type else { throw mismatch(column, expected: "\(type)") }
        guard let range = try storage.cell(row: index, column: column) else { return nil }
        guard range.count == width else { throw mismatch(column, expected: "\(width) bytes of \(type)") }
        return range
    }

    func mismatch(_ column: Int, expected: String) -> PostgresError {
        let found = storage.columns[column]
        return PostgresError(.decoding, "column \(found.name): expected \(expected), got \(found.type)")
    }
}
