import Support
import Testing

@testable import Postgres

@Suite(.timeLimit(.minutes(5))) struct ListenerTests {
    @Test func `notifications arrive, from all channels, and equal ones are one`() async throws {
        try await TestDatabase.withEmpty { database in
            let listener = Listener(
                configuration: database.configuration, channels: ["onus_log", "Odd \"name\""],
                logger: TestEnvironment.logger)
            var events = listener.makeAsyncIterator()
            #expect(await events.next() == .connected)
            try await database.pool.execute("SELECT pg_notify('onus_log', '1'), pg_notify('onus_log', '2')")
            #expect(await events.next() == .notification(channel: "onus_log", payload: "1"))
            #expect(await events.next() == .notification(channel: "onus_log", payload: "2"))
            try await database.pool.execute("SELECT pg_notify('Odd \"name\"', '')")
            #expect(await events.next() == .notification(channel: "Odd \"name\"", payload: ""))
        }
    }

    @Test func `a listener with an alarm lends its connection, and hears what comes in a transaction after it`()
        async throws
    {
        try await TestDatabase.withEmpty { database in
            let (rings, ring) = AsyncStream.makeStream(of: Void.self)
            let listener = Listener(
                configuration: database.configuration, channels: ["c"], logger: TestEnvironment.logger,
                alarm: { ring.yield() })
            var events = listener.makeAsyncIterator()
            #expect(await events.next() == .connected)
            let connection = try #require(events.connection)
            var ringing = rings.makeAsyncIterator()
            for number in 0..<3 {
                let answer = try await connection.transaction { connection in
                    _ = try await connection.query("SELECT 1")
                    try await database.pool.execute("SELECT pg_notify('c', $1)", [.text("\(number)")])
                    return try await connection.query("SELECT $1::int8", [.int8(number)]).only().int8(0)
                }
                #expect(answer == Int64(number))
                #expect(await ringing.next() != nil)
            }
            // What rang is told to nobody else: the next that is told is the loss.
            try await database.pool.execute("SELECT pg_terminate_backend($1)", [.int4(await connection.backendPID)])
            #expect(await events.next() == .connected)
            #expect(connection.condition == .gone)
            #expect(events.connection !== connection)
        }
    }

    @Test func `a killed backend is replaced, and the reader told to look`() async throws {
        try await TestDatabase.withEmpty { database in
            let listener = Listener(
                configuration: database.configuration, channels: ["c"], logger: TestEnvironment.logger)
            var events = listener.makeAsyncIterator()
            #expect(await events.next() == .connected)
            for _ in 0..<3 {
                try await database.pool.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()"
                )
                #expect(await events.next() == .connected)
                try await database.pool.execute("NOTIFY c, 'after'")
                #expect(await events.next() == .notification(channel: "c", payload: "after"))
            }
        }
    }

    @Test func `cancelling the reader ends the sequence and closes the connection`() async throws {
        try await TestDatabase.withEmpty { database in
            let listener = Listener(
                configuration: database.configuration, channels: ["c"], logger: TestEnvironment.logger)
            let (connected, report) = AsyncStream.makeStream(of: Void.self)
            let task = Task {
                for await event in listener where event == .connected { report.yield() }
                return "ended"
            }
            for await _ in connected { break }
            task.cancel()
            #expect(await task.value == "ended")
            try await database.waitUntil(
                "SELECT count(*) = 0 FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()")
        }
    }

    @Test func `a listener waits for a server that isn't there yet`() async throws {
        try await TestCluster.with { cluster in
            try await cluster.stop()
            let listener = Listener(
                configuration: ConnectionConfiguration(url: cluster.url), channels: ["c"],
                logger: TestEnvironment.logger)
            var events = listener.makeAsyncIterator()
            async let restart: Void = {
                try await Task.sleep(for: .milliseconds(200))
                try await cluster.start()
            }()
            #expect(await events.next() == .connected)
            try await restart
        }
    }

    @Test func `the buffer holds equal notifications once and is bounded`() {
        var buffer = NotificationBuffer(limit: 2)
        #expect(buffer.isEmpty)
        for payload in ["a", "b", "a"] { buffer.append(Notification(channel: "c", payload: payload)) }
        #expect(!buffer.hasOverflowed)
        buffer.append(Notification(channel: "c", payload: "d"))
        let taken = buffer.take()
        #expect(taken.notifications.map(\.payload) == ["a", "b"])
        #expect(!taken.isComplete)
        #expect(buffer.isEmpty)
    }
}
