import Support
import Synchronization
import Testing

@testable import Postgres

@Suite(.timeLimit(.minutes(5))) struct TransactionTests {
    struct Oops: Error {}

    private func withTable(_ body: (TestDatabase, Connection) async throws -> Void) async throws {
        try await TestDatabase.withEmpty { database in
            try await database.pool.execute("CREATE TABLE t(n int8 CONSTRAINT t_key UNIQUE DEFERRABLE)")
            try await database.withConnection { try await body(database, $0) }
        }
    }

    private func expectRows(
        _ expected: [Int64], _ database: TestDatabase, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let rows = try await database.pool.query("SELECT n FROM t ORDER BY n").map { try $0.int8(0) }
        #expect(rows == expected, sourceLocation: sourceLocation)
    }

    @Test func `what the body returns is returned once it is committed`() async throws {
        try await withTable { database, connection in
            let value = try await connection.transaction { connection in
                try await connection.execute("INSERT INTO t VALUES (1)")
                return "done"
            }
            #expect(value == "done")
            try await expectRows([1], database)
            #expect(connection.condition == .ready)
        }
    }

    @Test func `a pause comes before the transaction, on the connection's thread`() async throws {
        try await withTable { database, connection in
            let wasOnThread = Mutex(false)
            let began = try await connection.transaction(
                after: {
                    // Nothing is open meanwhile, and others may use the connection.
                    #expect(connection.condition == .ready)
                    _ = try? await connection.query("INSERT INTO t VALUES (1)")
                    connection.executor.checkIsolated()
                    wasOnThread.withLock { $0 = true }
                }, opening: [Statement("SELECT count(*) FROM t")], closing: { _ in [] }
            ) { _, results in try results[0].only().int8(0) }
            #expect(began == 1)
            #expect(wasOnThread.withLock { $0 })
            try await expectRows([1], database)
        }
    }

    @Test func `a task that is cancelled in the pause begins nothing`() async throws {
        try await withTable { database, connection in
            let (paused, report) = AsyncStream.makeStream(of: Void.self)
            let task = Task {
                try await connection.transaction(
                    after: {
                        report.yield()
                        try? await Task.sleep(for: .seconds(60))
                    }, opening: [Statement("INSERT INTO t VALUES (1)")], closing: { _ in [] }
                ) { _, _ in }
            }
            for await _ in paused { break }
            task.cancel()
            let error = await #expect(throws: PostgresError.self) { try await task.value }
            #expect(error?.kind == .cancelled)
            #expect(connection.condition == .ready)
            try await expectRows([], database)
        }
    }

    @Test func `a thrown error rolls back`() async throws {
        try await withTable { database, connection in
            await #expect(throws: Oops.self) {
                try await connection.transaction { connection in
                    try await connection.execute("INSERT INTO t VALUES (1)")
                    throw Oops()
                }
            }
            try await expectRows([], database)
            #expect(connection.condition == .ready)
            try await expectUsable(connection)
        }
    }

    @Test func `a failed statement rolls back, even when the body swallows it`() async throws {
        try await withTable { database, connection in
            let error = await failure {
                try await connection.transaction { connection in
                    try await connection.execute("INSERT INTO t VALUES (1)")
                    _ = await failure { try await connection.execute("SELECT 1/0") }
                }
            }
            #expect(error?.sqlState == .inFailedTransaction)
            try await expectRows([], database)
            #expect(connection.condition == .ready)
        }
    }

    @Test func `a commit that fails is thrown and leaves no transaction`() async throws {
        try await withTable { database, connection in
            let error = await failure {
                try await connection.transaction { connection in
                    try await connection.execute("SET CONSTRAINTS ALL DEFERRED")
                    try await connection.execute("INSERT INTO t VALUES (1), (1)")
                }
            }
            #expect(error?.sqlState == .uniqueViolation)
            #expect(error?.outcomeUnknown == false)
            #expect(connection.condition == .ready)
            try await expectRows([], database)
        }
    }

    @Test func `a cancelled task rolls back, whether a statement runs or not`() async throws {
        try await withTable { database, connection in
            for inStatement in [true, false] {
                let task = Task {
                    try await connection.transaction { connection in
                        try await connection.execute("INSERT INTO t VALUES (1)")
                        if inStatement {
                            try await connection.execute("SELECT pg_sleep(30)")
                        } else {
                            // Cancelled here, the body still returns as if nothing were the matter.
                            try? await Task.sleep(for: .seconds(30))
                        }
                    }
                }
                try await database.waitUntil(
                    "SELECT count(*) = 1 FROM pg_stat_activity WHERE pid = $1 AND xact_start IS NOT NULL AND backend_xid IS NOT NULL",
                    [.int4(await connection.backendPID)])
                task.cancel()
                let error = await failure { try await task.value }
                #expect(error?.kind == .cancelled)
                try await expectRows([], database)
                #expect(connection.condition == .ready)
            }
        }
    }

    @Test func `a transaction inside another is a savepoint`() async throws {
        try await withTable { database, connection in
            try await connection.transaction { connection in
                try await connection.execute("INSERT INTO t VALUES (1)")
                await #expect(throws: Oops.self) {
                    try await connection.transaction { connection in
                        try await connection.execute("INSERT INTO t VALUES (2)")
                        throw Oops()
                    }
                }
                _ = await failure {
                    try await connection.transaction { _ = try await $0.execute("SELECT 1/0") }
                }
                try await connection.transaction { connection in
                    try await connection.transaction { try await $0.execute("INSERT INTO t VALUES (3)") }
                }
            }
            try await expectRows([1, 3], database)
        }
    }

    @Test func `an empty transaction sends nothing`() async throws {
        try await withTable { database, connection in
            let value = try await connection.transaction { connection in
                try await connection.transaction { _ in 7 }
            }
            #expect(value == 7)
            await #expect(throws: Oops.self) { try await connection.transaction { _ in throw Oops() } }
            #expect(connection.condition == .ready)
            _ = try await connection.transaction { try await $0.execute("INSERT INTO t VALUES (1)") }
            try await expectRows([1], database)
        }
    }

    @Test func `isolation and read-only are as asked`() async throws {
        try await withTable { _, connection in
            let row = try await connection.transaction(isolation: .repeatableRead, readOnly: true) { connection in
                try await connection.query(
                    "SELECT current_setting('transaction_isolation'), current_setting('transaction_read_only')"
                ).only()
            }
            #expect(try [row.text(0), row.text(1)] == ["repeatable read", "on"])
            let error = await failure {
                try await connection.transaction(readOnly: true) {
                    _ = try await $0.execute("INSERT INTO t VALUES (1)")
                }
            }
            #expect(error?.sqlState == .readOnlyTransaction)
        }
    }

    @Test func `a serialisation failure is worth another try`() async throws {
        try await withTable { database, connection in
            try await connection.execute("INSERT INTO t VALUES (1)")
            let error = await failure {
                try await connection.transaction(isolation: .repeatableRead) { connection in
                    try await connection.execute("SELECT n FROM t")
                    try await database.pool.execute("UPDATE t SET n = 2")
                    try await connection.execute("UPDATE t SET n = 3")
                }
            }
            #expect(error?.sqlState == .serializationFailure)
            #expect(error?.isRetryable == true)
        }
    }

    @Test func `other tasks' statements wait until the transaction has ended`() async throws {
        try await withTable { _, connection in
            let (started, start) = AsyncStream.makeStream(of: Void.self)
            async let outside: ResultSet = {
                for await _ in started { break }
                return try await connection.query("SELECT count(*) FROM t")
            }()
            try await connection.transaction { connection in
                try await connection.execute("INSERT INTO t VALUES (1)")
                start.yield()
                // Time enough for the other statement to get in, if it could.
                try await Task.sleep(for: .milliseconds(50))
                // A child task is inside the transaction.
                async let inside = connection.execute("INSERT INTO t VALUES (2)")
                _ = try await inside
            }
            #expect(try await outside.only().int8(0) == 2)
        }
    }

    @Test func `COPY belongs to the transaction`() async throws {
        try await withTable { database, connection in
            await #expect(throws: Oops.self) {
                try await connection.transaction { connection in
                    let pieces = AsyncStream {
                        $0.yield(Array("1\n2\n".utf8))
                        $0.finish()
                    }
                    #expect(try await connection.copyIn("COPY t FROM STDIN", pieces) == 2)
                    throw Oops()
                }
            }
            try await expectRows([], database)
        }
    }
}
