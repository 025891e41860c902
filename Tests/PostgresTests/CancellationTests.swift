import Support
import Testing

@testable import Postgres

@Suite(.timeLimit(.minutes(5))) struct CancellationTests {
    @Test func `a cancelled task's statement is cancelled on the server`() async throws {
        try await TestDatabase.withEmpty { database in
            try await database.withConnection { connection in
                let pid = await connection.backendPID
                let task = Task { try await connection.execute("SELECT pg_sleep(60)") }
                try await database.waitUntil(
                    "SELECT state = 'active' AND query LIKE '%pg_sleep%' FROM pg_stat_activity WHERE pid = $1",
                    [.int4(pid)])
                task.cancel()
                let error = await failure { _ = try await task.value }
                #expect(error?.kind == .cancelled)
                try await database.waitUntil("SELECT state = 'idle' FROM pg_stat_activity WHERE pid = $1", [.int4(pid)])
                try await expectUsable(connection)
            }
        }
    }

    @Test func `cancelling never hits the statement after it`() async throws {
        try await TestDatabase.withConnection { connection in
            for round in 0..<60 {
                let task = Task { try await connection.query("SELECT pg_sleep(0.003)") }
                // Before, during and after the statement.
                try await Task.sleep(for: .microseconds(round * 100))
                task.cancel()
                let error = await failure { _ = try await task.value }
                #expect(error == nil || error?.kind == .cancelled)
                try await expectUsable(connection)
            }
        }
    }

    @Test func `a task that is cancelled already sends nothing`() async throws {
        try await TestDatabase.withConnection { connection in
            let task = Task {
                while !Task.isCancelled { await Task.yield() }
                try await connection.execute("CREATE TABLE never()")
            }
            task.cancel()
            #expect(await failure { try await task.value }?.kind == .cancelled)
            let rows = try await connection.query("SELECT FROM pg_class WHERE relname = 'never'")
            #expect(rows.isEmpty)
        }
    }

    @Test func `a waiting task is cancelled without disturbing the one that runs`() async throws {
        try await TestDatabase.withEmpty { database in
            try await database.withConnection { connection in
                let running = Task { try await connection.execute("SELECT pg_sleep(60)") }
                try await database.waitUntil(
                    "SELECT state = 'active' AND query LIKE '%sleep%' FROM pg_stat_activity WHERE pid = $1",
                    [.int4(await connection.backendPID)])
                let waiting = Task { try await connection.query("SELECT 2") }
                try await Task.sleep(for: .milliseconds(20))
                waiting.cancel()
                #expect(await failure { _ = try await waiting.value }?.kind == .cancelled)
                #expect(connection.condition == .busy)
                running.cancel()
                #expect(await failure { _ = try await running.value }?.kind == .cancelled)
                try await expectUsable(connection)
            }
        }
    }

    @Test func `connecting can be cancelled`() async throws {
        try await TestCluster.with { cluster in
            cluster.freeze(true)
            let task = Task {
                try await Connection.connect(
                    ConnectionConfiguration(url: cluster.url), logger: TestEnvironment.logger)
            }
            try await Task.sleep(for: .milliseconds(50))
            task.cancel()
            #expect(await failure { _ = try await task.value }?.kind == .cancelled)
        }
    }
}
