import Postgres
import Support
import Testing

/// Each type goes to the server and comes back the same.
@Suite(.timeLimit(.minutes(5))) struct RoundTripTests {
    @Test func `scalars keep their extremes`() async throws {
        try await TestDatabase.withConnection { connection in
            let row = try await connection.query(
                "SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13",
                [
                    .bool(true), .bool(false), .int2(.min), .int2(.max), .int4(.min), .int4(.max), .int8(Int64.min),
                    .int8(Int64.max), .xid8(0), .xid8(.max), .bytea([]), .bytea(Array(0...255)),
                    .uuid(UUIDBytes("00112233-4455-6677-8899-aabbccddeeff")),
                ]
            ).only()
            #expect(try row.bool(0))
            #expect(try !row.bool(1))
            #expect(try [row.int2(2), row.int2(3)] == [.min, .max])
            #expect(try [row.int4(4), row.int4(5)] == [.min, .max])
            #expect(try [row.int8(6), row.int8(7)] == [.min, .max])
            #expect(try [row.xid8(8), row.xid8(9)] == [0, .max])
            #expect(try row.bytes(10) == [])
            #expect(try row.bytes(11) == Array(0...255))
            #expect(try row.uuid(12).description == "00112233-4455-6677-8899-aabbccddeeff")
        }
    }

    @Test func `the server reads each value as the one that was meant`() async throws {
        try await TestDatabase.withConnection { connection in
            let row = try await connection.query(
                """
                SELECT $1::text, $2::text, $3::text, $4::text, $5::text, $6::text, $7::text, $8::text, $9::text
                """,
                [
                    .int2(-2), .int4(70_000), .int8(Int64.max), .float8(0.1), .bytea([0, 255]),
                    .timestamptz(Timestamp(microsecondsSince1970: 1_767_225_600_000_001)),
                    .date(DateValue(daysSince1970: 20_454)), .jsonb(#"{"b":1, "a":2}"#),
                    .interval(.milliseconds(1500)),
                ]
            ).only()
            #expect(
                try (0..<9).map { try row.text($0) } == [
                    "-2", "70000", "9223372036854775807", "0.1", "\\x00ff", "2026-01-01 00:00:00.000001+00",
                    "2026-01-01", #"{"a": 2, "b": 1}"#, "00:00:01.5",
                ])
        }
    }

    @Test(arguments: [0, -0.0, 1.0 / 3, .greatestFiniteMagnitude, .leastNonzeroMagnitude, .infinity, -.infinity])
    func `a double keeps every bit`(value: Double) async throws {
        try await TestDatabase.withConnection { connection in
            let row = try await connection.query("SELECT $1, $1::text::float8", [.float8(value)]).only()
            #expect(try row.float8(0).bitPattern == value.bitPattern)
            #expect(try row.float8(1).bitPattern == value.bitPattern)
        }
    }

    @Test func `not a number stays not a number`() async throws {
        try await TestDatabase.withConnection { connection in
            let row = try await connection.query("SELECT $1", [.float8(.nan)]).only()
            #expect(try row.float8(0).isNaN)
        }
    }

    @Test(arguments: ["", "a", "naïve – 漢字 🇺🇦 e\u{301}", "a'b\"c\\d\n\t", String(repeating: "x", count: 100_000)])
    func `text keeps its bytes`(text: String) async throws {
        try await TestDatabase.withConnection { connection in
            let row = try await connection.query(
                "SELECT $1, octet_length($1), $1::varchar, to_json($1), to_jsonb($1)", [.text(text)]
            ).only()
            #expect(try Array(row.text(0).utf8) == Array(text.utf8))
            #expect(try row.int4(1) == Int32(text.utf8.count))
            #expect(try row.text(2) == text)
            #expect(try row.text(3) == row.text(4))
            #expect(try row.utf8(0) == Array(text.utf8))
        }
    }

    @Test(arguments: [
        Timestamp.infinity, .minusInfinity, Timestamp(microsecondsSince1970: 0),
        Timestamp(microsecondsSince1970: -210_866_803_200_000_000), Timestamp(microsecondsSince1970: .max - 1),
    ])
    func `instants keep their microseconds, from 4713 BC to infinity`(value: Timestamp) async throws {
        try await TestDatabase.withConnection { connection in
            let row = try await connection.query("SELECT $1", [.timestamptz(value)]).only()
            #expect(try row.timestamptz(0) == value)
        }
    }

    @Test func `an instant out of range is refused, on both sides`() async throws {
        try await TestDatabase.withConnection { connection in
            let early = await failure {
                _ = try await connection.query(
                    "SELECT $1", [.timestamptz(Timestamp(microsecondsSince1970: .min + 1))])
            }
            #expect(early?.sqlState == SQLState("22008"))
            let late = try await connection.query("SELECT '294276-12-31 23:59:59Z'::timestamptz").only()
            #expect(throws: PostgresError.self) { try late.timestamptz(0) }
        }
    }

    @Test(arguments: [
        DateValue.infinity, .minusInfinity, DateValue(daysSince1970: -719_162), DateValue(daysSince1970: 2_932_896),
    ])
    func `days keep their number, from year 1 to 9999 and infinity`(value: DateValue) async throws {
        try await TestDatabase.withConnection { connection in
            let row = try await connection.query("SELECT $1", [.date(value)]).only()
            #expect(try row.date(0) == value)
        }
    }

    @Test func `NULL of every type is NULL`() async throws {
        try await TestDatabase.withConnection { connection in
            let row = try await connection.query(
                "SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14::text, $15",
                [
                    .bool(nil), .int2(nil), .int4(nil), .int8(nil as Int64?), .float8(nil), .text(nil), .bytea(nil),
                    .uuid(nil), .timestamptz(nil), .date(nil), .json(nil), .jsonb(nil), .xid8(nil), nil,
                    .null(.textArray),
                ]
            ).only()
            for column in row.columns.indices { #expect(try row.isNull(column)) }
            #expect(try row.optionalBool(0) == nil)
            #expect(try row.optionalInt4(2) == nil)
            #expect(try row.optionalInt8(3) == nil)
            #expect(try row.optionalFloat8(4) == nil)
            #expect(try row.optionalText(5) == nil)
            #expect(try row.optionalBytes(6) == nil)
            #expect(try row.optionalUUID(7) == nil)
            #expect(try row.optionalTimestamptz(8) == nil)
            #expect(try row.optionalDate(9) == nil)
            #expect(try row.optionalText(11) == nil)
            #expect(try row.optionalXid8(12) == nil)
            #expect(try row.optionalTextArray(14) == nil)
            #expect(throws: PostgresError.self) { try row.text(5) }
        }
    }

    @Test func `arrays keep their elements, NULLs among them`() async throws {
        try await TestDatabase.withConnection { connection in
            let day = DateValue(daysSince1970: 20_000)
            let instant = Timestamp(microsecondsSince1970: -1)
            let id = UUIDBytes(high: .max, low: 1)
            let row = try await connection.query(
                "SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12",
                [
                    .boolArray([true, nil, false]), .int2Array([.min, nil]), .int4Array([.max, nil]),
                    .int8Array([Int64.min, nil]), .float8Array([0.1, nil]), .textArray(["", nil, "a,\"{}\""]),
                    .byteaArray([[], nil, [0]]), .uuidArray([id, nil]), .timestamptzArray([instant, nil]),
                    .dateArray([day, nil]), .xid8Array([.max, nil]), .jsonbArray(["1", nil]),
                ]
            ).only()
            #expect(try row.boolElements(0) == [true, nil, false])
            #expect(try row.int2Elements(1) == [.min, nil])
            #expect(try row.int4Elements(2) == [.max, nil])
            #expect(try row.int8Elements(3) == [.min, nil])
            #expect(try row.float8Elements(4) == [0.1, nil])
            #expect(try row.textElements(5) == ["", nil, "a,\"{}\""])
            #expect(try row.bytesElements(6) == [[], nil, [0]])
            #expect(try row.uuidElements(7) == [id, nil])
            #expect(try row.timestamptzElements(8) == [instant, nil])
            #expect(try row.dateElements(9) == [day, nil])
            #expect(try row.xid8Elements(10) == [.max, nil])
            #expect(try row.textElements(11) == ["1", nil])
            #expect(throws: PostgresError.self) { try row.textArray(5) }
        }
    }

    @Test func `empty arrays are arrays`() async throws {
        try await TestDatabase.withConnection { connection in
            let row = try await connection.query(
                "SELECT $1, cardinality($1), '{}'::text[], '{{1,2},{3,4}}'::int8[]", [.int8Array([Int64]())]
            ).only()
            #expect(try row.int8Array(0) == [])
            #expect(try row.int4(1) == 0)
            #expect(try row.textArray(2) == [])
            #expect(throws: PostgresError.self) { try row.int8Array(3) }
        }
    }

    @Test func `a hundred thousand rows come back from unnest in their order`() async throws {
        try await TestDatabase.withConnection { connection in
            var numbers = BinaryArray(of: .int8, capacity: 100_000)
            var texts = BinaryArray(of: .text, capacity: 100_000)
            for number in 0..<100_000 {
                numbers.append(Int64(number))
                texts.append(number % 7 == 0 ? nil : "text \(number)")
            }
            let rows = try await connection.query(
                "SELECT n, t FROM unnest($1, $2) AS u(n, t)", [.array(numbers), .array(texts)])
            #expect(rows.count == 100_000)
            var expected: Int64 = 0
            for row in rows {
                guard try row.int8(0) == expected,
                    try row.optionalText(1) == (expected % 7 == 0 ? nil : "text \(expected)")
                else {
                    Issue.record("row \(expected) differs")
                    return
                }
                expected += 1
            }
        }
    }

    @Test func `columns are found by name, and a wrong one says what there is`() async throws {
        try await TestDatabase.withConnection { connection in
            let row = try await connection.query("SELECT 1 AS one, 'b' AS two, 2::int2, 3.5::float4").only()
            #expect(try row.int8("one") == 1)
            #expect(try row.text("two") == "b")
            #expect(try row.int8(2) == 2)
            #expect(try row.float8(3) == 3.5)
            let error = await failure { _ = try row.text("three") }
            #expect(error?.kind == .decoding)
            #expect(error?.detail.contains("two") == true)
            #expect(await failure { _ = try row.text("one") }?.detail == "column one: expected text, got int4")
            #expect(await failure { _ = try row.int8(9) }?.kind == .decoding)
        }
    }

    @Test func `text with U+0000 is refused without being shown`() async throws {
        try await TestDatabase.withConnection { connection in
            let error = await failure { _ = try await connection.query("SELECT $1", [.text("secret\u{0}")]) }
            #expect(error?.sqlState?.class == "22")
            #expect(error.map { "\($0) \($0.debugDescription)" }?.contains("secret") == false)
            try await expectUsable(connection)
        }
    }
}
