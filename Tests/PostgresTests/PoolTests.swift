import ServiceLifecycle
import Support
import Testing

@testable import Postgres

@Suite(.timeLimit(.minutes(5))) struct PoolTests {
    private func withPool<Value>(
        size: ClosedRange<Int> = 0...4, acquireTimeout: Duration = .seconds(20),
        idleTimeout: Duration = .seconds(300), maxLifetime: Duration = .seconds(3600),
        _ body: (PostgresPool, TestDatabase) async throws -> Value
    ) async throws -> Value {
        try await TestDatabase.withEmpty { database in
            let pool = PostgresPool(
                configuration: database.configuration, size: size, acquireTimeout: acquireTimeout,
                idleTimeout: idleTimeout, maxLifetime: maxLifetime, logger: TestEnvironment.logger)
            do {
                let value = try await body(pool, database)
                await pool.close()
                return value
            } catch {
                await pool.close()
                throw error
            }
        }
    }

    private actor Order {
        var numbers: [Int] = []
        func append(_ number: Int) { numbers.append(number) }
    }

    @Test func `a thousand queries at once share four connections`() async throws {
        try await withPool { pool, _ in
            let sum = try await withThrowingTaskGroup(of: Int64.self) { group in
                for number in 0..<1000 {
                    group.addTask { try await pool.query("SELECT $1", [.int8(number)]).only().int8(0) }
                }
                return try await group.reduce(0, +)
            }
            #expect(sum == 499_500)
            #expect(pool.metrics.connects <= 4)
            #expect(pool.metrics.lent == 0)
            #expect(pool.metrics.waiting == 0)
        }
    }

    @Test func `connections are used again`() async throws {
        try await withPool { pool, _ in
            for _ in 0..<20 { try await pool.execute("SELECT 1") }
            #expect(pool.metrics.connects == 1)
            #expect(pool.metrics.idle == 1)
        }
    }

    @Test func `when all are in use a request fails after its time`() async throws {
        try await withPool(size: 0...1, acquireTimeout: .milliseconds(800)) { pool, _ in
            // On a busy machine the first connection may take longer than that.
            while await failure({ try await pool.execute("SELECT 1") }) != nil {}
            let timeouts = pool.metrics.timeouts
            try await pool.withConnection { _ in
                let start = ContinuousClock.now
                let error = await failure { try await pool.execute("SELECT 1") }
                #expect(error?.kind == .poolExhausted)
                #expect(start.duration(to: .now) >= .milliseconds(790))
            }
            try await pool.execute("SELECT 1")
            #expect(pool.metrics.timeouts == timeouts + 1)
        }
    }

    @Test func `who asks first is served first, and a cancelled one is passed over`() async throws {
        try await withPool(size: 0...1) { pool, _ in
            let order = Order()
            try await withThrowingTaskGroup(of: Void.self) { group in
                try await pool.withConnection { _ in
                    for number in 0..<10 {
                        let waiting = pool.metrics.waiting
                        let task = Task {
                            try await pool.withConnection { _ in await order.append(number) }
                        }
                        while pool.metrics.waiting == waiting { await Task.yield() }
                        if number == 3 {
                            task.cancel()
                            #expect(await failure { try await task.value }?.kind == .cancelled)
                        } else {
                            group.addTask { try await task.value }
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(await order.numbers == [0, 1, 2, 4, 5, 6, 7, 8, 9])
        }
    }

    @Test func `a broken connection is not lent again`() async throws {
        try await withPool { pool, database in
            let connection = try await pool.withConnection { $0 }
            let pid = await connection.backendPID
            try await database.pool.execute("SELECT pg_terminate_backend($1)", [.int4(pid)])
            while connection.condition != .gone { try await Task.sleep(for: .milliseconds(5)) }
            let next = try await pool.query("SELECT pg_backend_pid()").only().int4(0)
            #expect(next != pid)
            #expect(pool.metrics.idle == 1)
        }
    }

    @Test func `a connection that comes back in a transaction is closed`() async throws {
        try await withPool { pool, _ in
            let first = try await pool.withConnection { connection in
                try await connection.execute("BEGIN")
                return await connection.backendPID
            }
            let second = try await pool.query("SELECT pg_backend_pid()").only().int4(0)
            #expect(first != second)
        }
    }

    @Test func `a transaction that was left open is not kept while nobody asks`() async throws {
        try await withPool { pool, database in
            let pid = try await pool.withConnection { connection in
                try await connection.execute("BEGIN")
                return await connection.backendPID
            }
            try #require(pool.metrics.idle == 0)
            try await database.waitUntil(
                "SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE pid = $1)", [.int4(pid)])
        }
    }

    @Test func `what the body throws is thrown, and the connection comes back`() async throws {
        struct Oops: Error {}
        try await withPool(size: 0...1) { pool, _ in
            for _ in 0..<3 {
                await #expect(throws: Oops.self) { try await pool.withTransaction { _ -> Void in throw Oops() } }
            }
            #expect(pool.metrics.idle == 1)
        }
    }

    @Test func `without a server a request fails in time, and with its return it works again`() async throws {
        try await TestCluster.with { cluster in
            let pool = PostgresPool(
                configuration: ConnectionConfiguration(url: cluster.url), size: 0...4,
                acquireTimeout: .seconds(1), logger: TestEnvironment.logger)
            while await failure({ try await pool.execute("SELECT 1") }) != nil {}
            try await cluster.stop(.immediate)
            await withTaskGroup(of: PostgresError?.self) { group in
                for _ in 0..<40 { group.addTask { await failure { try await pool.execute("SELECT 1") } } }
                for await error in group { #expect(error?.isConnectionLoss == true) }
            }
            // One attempt at a time, with growing delays: not one for each of the forty.
            #expect(pool.metrics.connectFailures < 40)
            try await cluster.start()
            while await failure({ try await pool.execute("SELECT 1") }) != nil {}
            await pool.close()
        }
    }

    @Test func `shutdown waits for what is lent and refuses the rest`() async throws {
        try await withPool { pool, _ in
            let group = ServiceGroup(services: [pool], logger: TestEnvironment.logger)
            async let running: Void = group.run()
            try await pool.withConnection { connection in
                try await connection.execute("SELECT 1")
                await group.triggerGracefulShutdown()
                while await failure({ try await pool.execute("SELECT 1") })?.kind != .closed { await Task.yield() }
                try await expectUsable(connection)
            }
            try await running
            #expect(pool.metrics.lent == 0)
            #expect(pool.metrics.idle == 0)
        }
    }

    @Test func `the minimum is kept, and idle connections beyond it are closed`() async throws {
        try await withPool(size: 1...4, idleTimeout: .milliseconds(400)) { pool, _ in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await pool.run() }
                while pool.metrics.idle < 1 { try await Task.sleep(for: .milliseconds(5)) }
                try await pool.withConnection { _ in try await pool.execute("SELECT 1") }
                #expect(pool.metrics.connects > 1)
                while pool.metrics.idle > 1 { try await Task.sleep(for: .milliseconds(5)) }
                try await Task.sleep(for: .milliseconds(500))
                #expect(pool.metrics.idle == 1)
                group.cancelAll()
                try await group.waitForAll()
            }
        }
    }

    @Test func `the connections of the minimum stay as long as they may, and no longer`() async throws {
        try await withPool(size: 1...1, idleTimeout: .milliseconds(400)) { pool, _ in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await pool.run() }
                while pool.metrics.idle < 1 { try await Task.sleep(for: .milliseconds(5)) }
                try await Task.sleep(for: .seconds(1))
                // Idle for longer than others may be.
                #expect(pool.metrics.connects == 1)
                group.cancelAll()
                try await group.waitForAll()
            }
        }
        try await withPool(size: 1...1, idleTimeout: .milliseconds(400), maxLifetime: .milliseconds(300)) { pool, _ in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await pool.run() }
                // Nobody asks for it.
                let limit = ContinuousClock.now + .seconds(30)
                while pool.metrics.connects < 3, .now < limit { try await Task.sleep(for: .milliseconds(5)) }
                #expect(pool.metrics.connects >= 3)
                group.cancelAll()
                try await group.waitForAll()
            }
        }
    }

    @Test func `a connection older than its lifetime is replaced`() async throws {
        try await withPool(maxLifetime: .milliseconds(100)) { pool, _ in
            let first = try await pool.query("SELECT pg_backend_pid()").only().int4(0)
            try await Task.sleep(for: .milliseconds(120))
            try await pool.execute("SELECT 1")
            let next = try await pool.query("SELECT pg_backend_pid()").only().int4(0)
            #expect(first != next)
        }
    }
}
