import Support
import Testing

@testable import Postgres

@Suite(.timeLimit(.minutes(5))) struct StatementTests {
    @Test func `execute counts the rows it touched`() async throws {
        try await TestDatabase.withConnection { connection async throws in
            #expect(try await connection.execute("CREATE TABLE t(n int8)") == 0)
            #expect(try await connection.execute("INSERT INTO t SELECT generate_series(1, 5)") == 5)
            #expect(try await connection.execute("UPDATE t SET n = n WHERE n > $1", [2]) == 3)
            #expect(try await connection.execute("DELETE FROM t") == 5)
        }
    }

    @Test func `an error carries the SQLSTATE and names, and no value`() async throws {
        try await TestDatabase.withConnection { connection in
            try await connection.script(
                "CREATE TABLE t(n int8, CONSTRAINT t_key UNIQUE (n), CONSTRAINT t_max CHECK (n < 9))")
            try await connection.execute("INSERT INTO t VALUES (7)")
            let unique = await failure { try await connection.execute("INSERT INTO t VALUES ($1)", [7]) }
            #expect(unique?.kind == .server)
            #expect(unique?.sqlState == .uniqueViolation)
            #expect(unique?.constraint == "t_key")
            #expect(unique?.table == "t")
            #expect(unique?.description.contains("7") == false)
            let check = await failure { try await connection.execute("INSERT INTO t VALUES ($1)", [77777]) }
            #expect(check?.constraint == "t_max")
            #expect(check.map { "\($0) \($0.debugDescription)" }?.contains("77777") == false)
            let table = await failure { try await connection.execute("SELECT * FROM nowhere") }
            #expect(table?.sqlState == .undefinedTable)
            #expect(table?.description.contains("\"nowhere\"") == true)
            try await expectNumber(7, "SELECT n FROM t", connection)
        }
    }

    @Test func `statements stay prepared, the least recently used making room`() async throws {
        try await TestDatabase.withConnection {
            $0.preparedStatements = .cached(limit: 3)
        } _: { connection in
            for number in 0..<10 {
                _ = try await connection.query("SELECT \(number) + $1", [1])
                _ = try await connection.query("SELECT 0 + $1", [1])
            }
            let prepared = try await connection.query("SELECT statement FROM pg_prepared_statements")
            let statements = try prepared.map { try $0.text(0) }
            #expect(statements.contains("SELECT 0 + $1"))
            #expect(statements.count <= 4)
            #expect(await connection.preparedCount <= 4)
        }
    }

    @Test func `the same SQL with other types is another statement`() async throws {
        try await TestDatabase.withConnection { connection async throws in
            #expect(try await connection.query("SELECT $1", [1]).only().int8(0) == 1)
            #expect(try await connection.query("SELECT $1", ["a"]).only().text(0) == "a")
            #expect(try await connection.query("SELECT $1", [2]).only().int8(0) == 2)
        }
    }

    @Test func `without prepared statements nothing stays on the server`() async throws {
        try await TestDatabase.withConnection {
            $0.preparedStatements = .off
        } _: { connection in
            for _ in 0..<3 { #expect(try await connection.query("SELECT $1", [1]).only().int8(0) == 1) }
            try await expectNumber(0, "SELECT count(*) FROM pg_prepared_statements", connection)
        }
    }

    @Test func `a plan that DDL has made stale is made again outside a transaction`() async throws {
        try await TestDatabase.withConnection { connection in
            try await connection.script("CREATE TABLE t(a int8); INSERT INTO t VALUES (1)")
            #expect(try await connection.query("SELECT * FROM t").columns.count == 1)
            try await connection.script("ALTER TABLE t ADD b text DEFAULT 'new'")
            #expect(try await connection.query("SELECT * FROM t").only().text(1) == "new")
            try await connection.script("ALTER TABLE t ADD c text DEFAULT 'newer'")
            let inTransaction = try await connection.transaction { connection in
                try await connection.query("SELECT * FROM t").only().text(2)
            }
            #expect(inTransaction == "newer")
        }
    }

    @Test func `a stale plan in the middle of a transaction fails it once`() async throws {
        try await TestDatabase.withConnection { connection in
            try await connection.script("CREATE TABLE t(a int8); INSERT INTO t VALUES (1)")
            _ = try await connection.query("SELECT * FROM t")
            try await connection.script("ALTER TABLE t ADD b text")
            let error = await failure {
                try await connection.transaction { connection in
                    try await connection.execute("SELECT 1")
                    try await connection.execute("SELECT * FROM t")
                }
            }
            #expect(error?.sqlState == .featureNotSupported)
            #expect(try await connection.query("SELECT * FROM t").columns.count == 2)
        }
    }

    @Test func `statements that somebody deallocated are prepared again`() async throws {
        try await TestDatabase.withConnection { connection in
            _ = try await connection.query("SELECT 1")
            try await connection.script("DEALLOCATE ALL")
            try await expectUsable(connection)
            // With BEGIN, what opens the transaction, and COMMIT.
            for _ in 0..<2 {
                let answers = try await connection.transaction(opening: [Statement("SELECT 2")], closing: { _ in [] }) {
                    _, answers in
                    answers
                }
                #expect(try answers[0].only().int4(0) == 2)
                try await connection.script("DEALLOCATE ALL")
            }
        }
    }

    @Test func `a script runs many statements, and fails as one`() async throws {
        try await TestDatabase.withConnection { connection in
            try await connection.script("CREATE TABLE a(); CREATE TABLE b(); SELECT 1")
            let error = await failure { try await connection.script("CREATE TABLE c(); SELECT 1/0; CREATE TABLE d()") }
            #expect(error?.sqlState?.class == "22")
            let tables = try await connection.query(
                "SELECT relname FROM pg_class WHERE relname IN ('a','b','c','d') ORDER BY 1")
            #expect(try tables.map { try $0.text(0) } == ["a", "b"])
        }
    }

    @Test func `COPY in a script or a query is refused, and the connection usable or closed`() async throws {
        try await TestDatabase.withEmpty { database in
            for sql in ["COPY t FROM STDIN", "COPY t TO STDOUT"] {
                for isScript in [true, false] {
                    try await database.withConnection { connection in
                        try await connection.script("CREATE TABLE IF NOT EXISTS t(n int8)")
                        let error = await failure {
                            if isScript { try await connection.script(sql) } else { try await connection.execute(sql) }
                        }
                        #expect(error != nil)
                        let after = await failure { try await connection.execute("SELECT 1") }
                        #expect(after == nil || connection.condition == .gone)
                    }
                }
            }
            // An empty query is no error.
            #expect(try await database.pool.execute("") == 0)
        }
    }

    @Test func `sixteen queries at once on one connection all get their own answer`() async throws {
        try await TestDatabase.withConnection { connection in
            try await withThrowingTaskGroup(of: (Int, Int64).self) { group in
                for number in 0..<16 {
                    group.addTask {
                        (number, try await connection.query("SELECT $1", [.int8(number)]).only().int8(0))
                    }
                }
                for try await (asked, answered) in group { #expect(Int64(asked) == answered) }
            }
        }
    }

    @Test func `the session is in UTC, named, and limited as configured`() async throws {
        try await TestDatabase.withConnection {
            $0.applicationName = "onus-x"
            // Time enough for the first query on a busy machine.
            $0.statementTimeout = .seconds(5)
        } _: { connection in
            let row = try await connection.query(
                "SELECT current_setting('TimeZone'), current_setting('application_name'), current_setting('client_encoding')"
            ).only()
            #expect(try [row.text(0), row.text(1), row.text(2)] == ["UTC", "onus-x", "UTF8"])
            let error = await failure { try await connection.execute("SELECT pg_sleep(100)") }
            #expect(error?.kind == .server)
            #expect(error?.sqlState == .queryCancelled)
        }
    }
}
