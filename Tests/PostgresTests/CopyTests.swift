import Support
import Testing

@testable import Postgres

@Suite(.timeLimit(.minutes(5))) struct CopyTests {
    struct Oops: Error {}

    /// Rows of COPY's text format, one a piece, with a notification every now and then.
    private struct NotifyingRows: AsyncSequence, AsyncIteratorProtocol {
        let pool: PostgresPool
        let count: Int
        private var number = 0

        init(pool: PostgresPool, count: Int) {
            self.pool = pool
            self.count = count
        }

        func makeAsyncIterator() -> Self { self }

        mutating func next() async throws -> [UInt8]? {
            guard number < count else { return nil }
            number += 1
            if number % 100 == 0 {
                try await pool.execute("SELECT pg_notify('here', $1)::text", [.text("\(number)")])
            }
            return Array("\(number)\tE\n".utf8)
        }
    }

    private func withTable(_ body: (Connection) async throws -> Void) async throws {
        try await TestDatabase.withConnection { connection in
            try await connection.script("CREATE TABLE t(n int8 NOT NULL, s text)")
            try await body(connection)
        }
    }

    /// `count` rows in binary COPY format, cut into pieces that don't end with rows.
    private func pieces(_ count: Int, failingAt bad: Int? = nil) -> AsyncStream<[UInt8]> {
        AsyncStream { stream in
            var writer = BinaryCopyWriter()
            for number in 0..<count {
                writer.append([
                    number == bad ? .int8(nil as Int64?) : .int8(number),
                    .text(number % 3 == 0 ? nil : "row \(number)"),
                ])
                if writer.count > 10_000 { stream.yield(writer.take()) }
            }
            stream.yield(writer.finish())
            stream.finish()
        }
    }

    @Test func `a hundred thousand rows go in and come out`() async throws {
        try await withTable { connection in
            #expect(try await connection.copyIn("COPY t FROM STDIN (FORMAT binary)", pieces(100_000)) == 100_000)
            let row = try await connection.query("SELECT count(*), sum(n)::int8, count(s) FROM t").only()
            #expect(try [row.int8(0), row.int8(1), row.int8(2)] == [100_000, 4_999_950_000, 66_666])
            var expected = 0
            for try await line in connection.copyOut("COPY (SELECT n, s FROM t ORDER BY n) TO STDOUT") {
                let text = "\(expected)\t" + (expected % 3 == 0 ? "\\N" : "row \(expected)") + "\n"
                guard line == Array(text.utf8) else {
                    Issue.record("row \(expected) differs")
                    break
                }
                expected += 1
            }
            #expect(expected == 100_000)
            #expect(connection.condition == .ready)
        }
    }

    @Test func `a bad row fails the whole COPY and leaves the connection usable`() async throws {
        try await withTable { connection in
            let error = await failure {
                try await connection.copyIn(
                    "COPY t FROM STDIN (FORMAT binary)", pieces(100_000, failingAt: 50_000))
            }
            #expect(error?.sqlState == .notNullViolation)
            #expect(error?.column == "n")
            try await expectNumber(0, "SELECT count(*) FROM t", connection)
        }
    }

    @Test func `the server's error ends a COPY whose sender would never end`() async throws {
        try await withTable { connection in
            let endless = AsyncStream<[UInt8]> { Array("no number\ttext\n".utf8) }
            let error = await failure { try await connection.copyIn("COPY t FROM STDIN", endless) }
            #expect(error?.sqlState?.class == "22")
            try await expectNumber(0, "SELECT count(*) FROM t", connection)
            #expect(connection.condition == .ready)
        }
    }

    @Test func `an error's mark is found between other messages, and in none of their texts`() {
        func message(_ type: String, _ fields: [String]) -> [UInt8] {
            let body = Array((fields.joined(separator: "\0") + "\0\0").utf8)
            return Array(type.utf8) + [0, 0, 0, UInt8(body.count + 4)] + body
        }
        let notice = message("N", ["SNOTICE", "VNOTICE", "C00000", "ME", "WSERROR", "VERROR", "E"])
        let error = message("E", ["SFEHLER", "VERROR", "C22P02", "Mwrong"])
        #expect(!ErrorMark.isIn(notice[...]))
        #expect(!ErrorMark.isIn((notice + notice)[...]))
        #expect(!ErrorMark.isIn([]))
        #expect(ErrorMark.isIn((notice + error)[...]))
        #expect(ErrorMark.isIn((notice.suffix(9) + error + notice)[...]))
        #expect(!ErrorMark.isIn(error.prefix(14)))
    }

    @Test func `notices and notifications during COPY are not taken for its failure`() async throws {
        try await TestDatabase.withEmpty { database in
            try await database.withConnection { connection in
                try await connection.script(
                    """
                    CREATE TABLE t(n int8 NOT NULL, s text);
                    CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$
                    BEGIN RAISE NOTICE 'row % E', NEW.n; RETURN NEW; END $$;
                    CREATE TRIGGER tell BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION tell();
                    LISTEN here
                    """)
                let rows = NotifyingRows(pool: database.pool, count: 2_000)
                #expect(try await connection.copyIn("COPY t FROM STDIN", rows) == 2_000)
            }
        }
    }

    @Test func `a sender that throws fails the COPY with its own error`() async throws {
        try await withTable { connection in
            let sender = AsyncThrowingStream<[UInt8], any Error> { stream in
                stream.yield(Array("1\ta\n".utf8))
                stream.finish(throwing: Oops())
            }
            await #expect(throws: Oops.self) { try await connection.copyIn("COPY t FROM STDIN", sender) }
            try await expectNumber(0, "SELECT count(*) FROM t", connection)
        }
    }

    @Test func `a cancelled sender that just ends does not pass for complete`() async throws {
        try await withTable { connection in
            let (stream, continuation) = AsyncStream.makeStream(of: [UInt8].self)
            continuation.yield(Array("1\ta\n".utf8))
            let task = Task { try await connection.copyIn("COPY t FROM STDIN", stream) }
            try await Task.sleep(for: .milliseconds(20))
            task.cancel()
            #expect(await failure { _ = try await task.value }?.kind == .cancelled)
            try await expectNumber(0, "SELECT count(*) FROM t", connection)
        }
    }

    @Test func `an error in the middle of COPY OUT comes after the rows before it`() async throws {
        try await withTable { connection in
            var rows = 0
            let error = await failure {
                for try await _ in connection.copyOut(
                    "COPY (SELECT 1 / (50000 - n) FROM generate_series(1, 100000) AS n) TO STDOUT")
                {
                    rows += 1
                }
            }
            #expect(error?.sqlState == SQLState("22012"))
            #expect(rows == 49_999)
            try await expectUsable(connection)
        }
    }

    @Test func `a reader that stops leaves a usable connection`() async throws {
        try await withTable { connection in
            for try await _ in connection.copyOut("COPY (SELECT generate_series(1, 1000000)) TO STDOUT") { break }
            try await expectUsable(connection)
            await #expect(throws: Oops.self) {
                try await connection.transaction { connection in
                    for try await _ in connection.copyOut("COPY (SELECT generate_series(1, 1000000)) TO STDOUT") {
                        throw Oops()
                    }
                }
            }
            try await expectUsable(connection)
            #expect(connection.condition == .ready)
        }
    }

    @Test func `rows that nobody asks for stay on the server`() async throws {
        try await TestDatabase.withEmpty { database in
            try await database.withConnection { connection in
                var rows = connection.copyOut(
                    "COPY (SELECT repeat('x', 1000) FROM generate_series(1, 1000000)) TO STDOUT"
                ).makeAsyncIterator()
                _ = try await rows.next()
                // The server waits for us to read, which it would not if we took a gigabyte into memory.
                try await database.waitUntil(
                    "SELECT wait_event = 'ClientWrite' FROM pg_stat_activity WHERE pid = $1",
                    [.int4(await connection.backendPID)])
            }
        }
    }

    @Test func `another statement during COPY OUT says so instead of waiting for ever`() async throws {
        try await withTable { connection in
            let error = await failure {
                for try await _ in connection.copyOut("COPY (SELECT generate_series(1, 10)) TO STDOUT") {
                    try await connection.execute("SELECT 1")
                }
            }
            #expect(error?.kind == .protocol)
            try await expectUsable(connection)
        }
    }

    @Test func `a COPY that is none, or can't start, is an error`() async throws {
        try await withTable { connection in
            let nothing = AsyncStream<[UInt8]> { $0.finish() }
            #expect(
                await failure { try await connection.copyIn("COPY nowhere FROM STDIN", nothing) }?.sqlState
                    == .undefinedTable)
            #expect(await failure { try await connection.copyIn("SELECT 1", nothing) }?.kind == .protocol)
            #expect(
                await failure { for try await _ in connection.copyOut("COPY nowhere TO STDOUT") {} }?.sqlState
                    == .undefinedTable)
            let rows = try await connection.copyIn("COPY t FROM STDIN", nothing)
            #expect(rows == 0)
        }
    }
}
