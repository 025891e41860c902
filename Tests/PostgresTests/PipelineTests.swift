import Postgres
import Support
import Testing

@Suite(.timeLimit(.minutes(5))) struct PipelineTests {
    @Test func `each statement has its own result, in order`() async throws {
        try await TestDatabase.withConnection { connection in
            let results = try await connection.pipeline([
                Statement("CREATE TEMP TABLE t(n int8)"), Statement("SELECT $1", ["a"]), Statement("SELECT $1", ["b"]),
                Statement("SELECT 1 WHERE false"),
            ])
            #expect(results.map(\.count) == [0, 1, 1, 0])
            #expect(try results[1].only().text(0) == "a")
            #expect(try results[2].only().text(0) == "b")
            #expect(try await connection.pipeline([]).isEmpty)
        }
    }

    @Test(arguments: [0, 1, 2, 3])
    func `the first error names its statement and undoes the others`(position: Int) async throws {
        try await TestDatabase.withConnection { connection in
            try await connection.script("CREATE TABLE t(n int8 CONSTRAINT t_key UNIQUE)")
            var statements = (0..<4).map { Statement("INSERT INTO t VALUES ($1)", [.int8($0)]) }
            statements[position] = Statement("INSERT INTO t VALUES ($1 / 0)", [1])
            let error = await failure { _ = try await connection.pipeline(statements) }
            #expect(error?.statementIndex == position)
            #expect(error?.sqlState?.class == "22")
            try await expectNumber(0, "SELECT count(*) FROM t", connection)
            statements[position] = Statement("SELECT 1")
            #expect(try await connection.pipeline(statements).count == 4)
        }
    }

    @Test func `an error of the commit itself is the server's error, and the connection goes on`() async throws {
        try await TestDatabase.withConnection { connection in
            try await connection.script(
                "CREATE TABLE t(n int8 CONSTRAINT t_key UNIQUE DEFERRABLE INITIALLY DEFERRED)")
            let twice = Statement("INSERT INTO t VALUES (1), (1)")
            for statements in [[twice], [twice, Statement("SELECT 1")]] {
                let error = await failure { _ = try await connection.pipeline(statements) }
                #expect(error?.sqlState == .uniqueViolation)
                #expect(error?.constraint == "t_key")
                #expect(error?.kind == .server)
                #expect(error?.outcomeUnknown == false)
                #expect(connection.condition == .ready)
            }
            let error = await failure { try await connection.execute(twice.sql) }
            #expect(error?.sqlState == .uniqueViolation)
            try await expectNumber(0, "SELECT count(*) FROM t", connection)
        }
    }

    @Test func `a statement that can't be sent undoes the others and leaves a transaction whole`() async throws {
        try await TestDatabase.withConnection { connection in
            try await connection.script("CREATE TABLE t(n int8)")
            let insert = Statement("INSERT INTO t VALUES ($1)", [1])
            for statement in [
                Statement("SELECT 1\0"),
                Statement("SELECT 1", [Binding](repeating: .int8(1), count: 65_536)),
            ] {
                let error = await failure { _ = try await connection.pipeline([insert, statement]) }
                #expect(error?.kind == .protocol)
                try await expectNumber(0, "SELECT count(*) FROM t", connection)
                try await connection.transaction { connection in
                    _ = await failure { _ = try await connection.pipeline([insert, statement]) }
                    _ = try await connection.pipeline([insert])
                    #expect(connection.condition == .inTransaction)
                }
                try await expectNumber(1, "DELETE FROM t RETURNING 1", connection)
            }
        }
    }

    @Test func `an SQL that can't be parsed leaves the connection usable`() async throws {
        try await TestDatabase.withConnection { connection in
            let error = await failure {
                _ = try await connection.pipeline([Statement("SELECT 1"), Statement("SELEKT")])
            }
            #expect(error?.statementIndex == 1)
            #expect(error?.sqlState == SQLState("42601"))
            try await expectUsable(connection)
        }
    }

    @Test func `ten thousand statements and large values pass without a deadlock`() async throws {
        try await TestDatabase.withConnection { connection in
            let large = String(repeating: "é", count: 100_000)
            let many = (0..<10_000).map { Statement("SELECT $1", [.int8($0)]) }
            let results = try await connection.pipeline(
                many + [Statement("SELECT $1, $2", [.text(large), .text(large)])])
            #expect(results.count == 10_001)
            #expect(try results[9_999].only().int8(0) == 9_999)
            #expect(try results[10_000].only().text(1) == large)
        }
    }

    @Test func `too many values are refused before they are sent`() async throws {
        try await TestDatabase.withConnection { connection in
            let error = await failure {
                _ = try await connection.query("SELECT 1", Array(repeating: 1, count: 65_536))
            }
            #expect(error?.kind == .protocol)
            try await expectUsable(connection)
        }
    }
}
