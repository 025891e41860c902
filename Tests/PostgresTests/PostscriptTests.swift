import Postgres
import Support
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(5))) struct PostscriptTests {
    /// What a postscript's completion was told, in order.
    private final class Told: Sendable {
        private let results = Mutex<[Result<ResultSet, PostgresError>]>([])

        var all: [Result<ResultSet, PostgresError>] { results.withLock { $0 } }

        func postscript(_ sql: String) -> Postscript {
            Postscript(Statement(sql)) { result in self.results.withLock { $0.append(result) } }
        }
    }

    /// With a connection, and another one for locks that its postscripts wait for.
    private static func holding(_ body: (Connection, Connection) async throws -> Void) async throws {
        try await TestDatabase.withEmpty { database in
            try await database.withConnection { connection in
                try await database.withConnection { try await body(connection, $0) }
            }
        }
    }

    @Test func `it runs after the commit of what it stands behind, and nobody waits for it`() async throws {
        try await Self.holding { connection, holder in
            try await connection.script("CREATE TABLE t(n int8)")
            let told = Told()
            // Once to prepare both, once prepared.
            for round in 1...2 {
                try await holder.execute("SELECT pg_advisory_lock(1)::text")
                let results = try await connection.pipeline(
                    [Statement("INSERT INTO t VALUES (1)"), Statement("SELECT 'here'")],
                    postscript: told.postscript("SELECT count(*), pg_advisory_xact_lock(1)::text FROM t WHERE n = 1"))
                #expect(results.count == 2)
                #expect(try results[1].only().text(0) == "here")
                #expect(told.all.count == round - 1, "the answer waits for the postscript")
                #expect(connection.condition == .finishing)
                try await holder.execute("SELECT pg_advisory_unlock(1)")
                // What comes next waits.
                try await expectNumber(Int64(round), "SELECT count(*) FROM t", connection)
                #expect(connection.condition == .ready)
                #expect(try told.all.last?.get().only().int8(0) == Int64(round))
            }
            #expect(told.all.count == 2)
        }
    }

    @Test func `it is a transaction of its own: neither's failure is the other's`() async throws {
        try await TestDatabase.withConnection { connection in
            try await connection.script("CREATE TABLE t(n int8)")
            let told = Told()
            let insert = Statement("INSERT INTO t VALUES ($1)", [1])
            let error = await failure {
                _ = try await connection.pipeline(
                    [insert, Statement("SELECT 1 / 0")], postscript: told.postscript("SELECT count(*) FROM t"))
            }
            #expect(error?.sqlState?.class == "22")
            #expect(error?.statementIndex == 1)
            #expect(try told.all.last?.get().only().int8(0) == 0)
            _ = try await connection.pipeline([insert], postscript: told.postscript("SELECT 2 / 0"))
            try await expectNumber(1, "SELECT count(*) FROM t", connection)
            #expect(throws: PostgresError.self) { try told.all.last?.get() }
            #expect(told.all.count == 2)
            #expect(connection.condition == .ready)
        }
    }

    @Test func `an open transaction has none`() async throws {
        try await TestDatabase.withConnection { connection in
            let told = Told()
            let error = await failure {
                try await connection.transaction { connection in
                    _ = try await connection.pipeline([Statement("SELECT 1")], postscript: told.postscript("SELECT 2"))
                }
            }
            #expect(error?.kind == .protocol)
            #expect(told.all.isEmpty)
            try await expectNumber(3, "SELECT 3", connection)
        }
    }

    @Test func `statements whose plan is out of date are prepared anew with it`() async throws {
        try await TestDatabase.withConnection { connection in
            try await connection.script("CREATE TABLE t(n int4); INSERT INTO t VALUES (7)")
            let told = Told()
            for type in ["int4", "int8"] {
                try await connection.script("ALTER TABLE t ALTER n TYPE \(type)")
                let results = try await connection.pipeline(
                    [Statement("SELECT * FROM t")], postscript: told.postscript("SELECT 1"))
                #expect(results.count == 1)
                _ = try await connection.query("SELECT 1")
            }
            #expect(told.all.count >= 2)
            for result in told.all { #expect(throws: Never.self) { try result.get() } }
        }
    }

    @Test func `the end of the connection ends it, and what waits behind it`() async throws {
        try await TestDatabase.withEmpty { database in
            try await database.withConnection { connection in
                let told = Told()
                let pid = try await connection.query("SELECT pg_backend_pid()").only().int4(0)
                _ = try await connection.pipeline(
                    [Statement("SELECT 1")], postscript: told.postscript("SELECT pg_sleep(60)::text"))
                async let waiting = failure { _ = try await connection.query("SELECT 1") }
                _ = try await database.pool.query("SELECT pg_terminate_backend($1)", [.int4(pid)])
                let end = await waiting
                #expect(end?.kind == .connectionLost || end?.kind == .closed)
                #expect(told.all.count == 1)
                #expect(throws: PostgresError.self) { try told.all.last?.get() }
                #expect(connection.condition == .gone)
            }
        }
    }

    @Test func `whoever is cancelled before the answer leaves the connection usable or closed`() async throws {
        try await TestDatabase.withConnection { connection in
            let told = Told()
            let task = Task {
                await failure {
                    _ = try await connection.pipeline(
                        [Statement("SELECT pg_sleep(60)::text")], postscript: told.postscript("SELECT 1"))
                }
            }
            while connection.condition != .busy { await Task.yield() }
            task.cancel()
            #expect(await task.value?.kind == .cancelled)
            try await expectNumber(5, "SELECT 5", connection)
            #expect(told.all.count == 1)
        }
    }

    @Test func `a connection whose postscript does not end is found not to answer`() async throws {
        try await TestDatabase.withEmpty { database in
            try await database.withConnection { connection in
                let told = Told()
                _ = try await connection.pipeline(
                    [Statement("SELECT 1")], postscript: told.postscript("SELECT pg_sleep(20)::text"))
                let began = ContinuousClock.now
                #expect(await connection.answers(within: .milliseconds(300)) == false)
                #expect(ContinuousClock.now - began < .seconds(15))
                #expect(connection.condition == .gone)
            }
        }
    }

    @Test func `a pool lends the connection on while it is under way`() async throws {
        try await TestDatabase.withEmpty { database in
            let pool = PostgresPool(
                configuration: database.configuration, size: 0...1, acquireTimeout: .seconds(60),
                logger: TestEnvironment.logger)
            let told = Told()
            let first = try await pool.query("SELECT pg_backend_pid()").only().int4(0)
            _ = try await pool.pipeline(
                [Statement("SELECT 1")], postscript: told.postscript("SELECT pg_sleep(0.2)::text"))
            let second = try await pool.query("SELECT pg_backend_pid()").only().int4(0)
            #expect(first == second)
            #expect(told.all.count == 1)
            await pool.close()
        }
    }
}
