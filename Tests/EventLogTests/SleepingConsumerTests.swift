import EventLog
import Glibc
import Models
import Postgres
import ServiceLifecycle
import Support
import Synchronization
import Testing

/// Consumers that sleep until something comes: an hour, so that an event that only the poll would find runs into the suite's
/// limit.
@Suite(.timeLimit(.minutes(3))) struct SleepingConsumerTests {
    /// What reached the handler.
    private struct Handled: Sendable {
        let ids: [String]
        let pid: Int32
        /// Whether the handler ran in Swift's own pool, whatever the task preferred.
        let isInPool: Bool
        let at: ContinuousClock.Instant
    }

    private static var isInPool: Bool {
        withUnsafeCurrentTask {
            unsafe $0?.unownedTaskExecutor == globalConcurrentExecutor.asUnownedTaskExecutor()
        }
    }

    /// Runs a consumer that sleeps whenever it has caught up, until `body` has returned or `events` have been handled.
    ///
    /// - Returns: What was handled, in order.
    private func consuming(
        _ events: Int, _ log: LogFixture, _ configuration: ConnectionConfiguration? = nil, pool: PostgresPool? = nil,
        patience: Duration = Connection.silence, computing: Duration = .zero,
        within: @escaping @Sendable (Connection) async throws -> Void = { _ in },
        _ body: @escaping @Sendable (Sleeper) async throws -> Void
    ) async throws -> [Handled] {
        let consumer = LogConsumer(name: "test", pool: pool ?? log.scoring, patience: patience)
        let sleeper = Sleeper(
            pool: pool ?? log.scoring, configuration: configuration ?? log.configuration(role: "onus_scoring"),
            consumer: "asleep", interval: .seconds(3600), logger: LogFixture.logger)
        return try await withThrowingTaskGroup(of: [Handled]?.self) { group in
            group.addTask {
                try await sleeper.run()
                return nil
            }
            group.addTask {
                var handled: [Handled] = []
                while handled.map(\.ids.count).reduce(0, +) < events {
                    try Task.checkCancellation()
                    // What broke a batch took it back, and it comes again.
                    let outcome = try? await consumer.withBatch(limit: 100, after: sleeper) { connection, events in
                        let isInPool = Self.isInPool
                        try await within(connection)
                        if computing > .zero { try await Task.sleep(for: computing) }
                        return Handled(
                            ids: events.map(\.event.identity.id), pid: await connection.backendPID,
                            isInPool: isInPool, at: .now)
                    }
                    if case .handled(let batch, _, _) = outcome { handled.append(batch) }
                }
                return handled
            }
            group.addTask {
                try await body(sleeper)
                return nil
            }
            while let result = try await group.next() {
                if let result {
                    group.cancelAll()
                    return result
                }
            }
            return []
        }
    }

    /// Appends, and rings as a process of its own would.
    private func append(_ numbers: Range<Int>, _ log: LogFixture) async throws {
        _ = try await log.appender.append(LogFixture.events(numbers), organization: .default)
        try await log.wakeUp().send()
    }

    @Test func `what ends a sleep is read on the connection that heard, and the sleep's end is known`() async throws {
        try await LogFixture.run { log in
            let ears = Mutex<Set<Int32>>([])
            let seen = Mutex<[ContinuousClock.Instant]>([])
            let handled = try await consuming(3, log) { sleeper in
                for number in 0..<3 {
                    // The mark is seen before the look that comes with it has ended, and finds what comes until then.
                    try await log.waitUntilAsleep()
                    try await log.waitUntilListening()
                    let ear = try await log.ear()
                    ears.withLock { _ = $0.insert(ear) }
                    let before = ContinuousClock.now
                    try await append(number..<number + 1, log)
                    try await log.waitUntilRead(number + 1)
                    #expect(sleeper.lastWoken >= before)
                    seen.withLock { $0.append(sleeper.lastWoken) }
                }
            }
            #expect(handled.map(\.ids) == [["0"], ["1"], ["2"]])
            #expect(Set(handled.map(\.pid)) == ears.withLock { $0 })
            for (batch, woken) in zip(handled, seen.withLock { $0 }) { #expect(batch.at >= woken) }
        }
    }

    @Test func `through a pooler what ends a sleep is read on a connection of the pool`() async throws {
        try await LogFixture.run { log in
            var pooled = log.configuration(role: "onus_scoring")
            pooled.preparedStatements = .off
            let pool = PostgresPool(configuration: pooled, logger: LogFixture.logger)
            let ears = Mutex<Set<Int32>>([])
            let handled = try await consuming(2, log, log.configuration(role: "onus_scoring"), pool: pool) { _ in
                try await log.waitUntilListening("LISTEN%")
                let ear = try await log.ear()
                ears.withLock { _ = $0.insert(ear) }
                for number in 0..<2 {
                    try await log.waitUntilAsleep()
                    try await append(number..<number + 1, log)
                    try await log.waitUntilRead(number + 1)
                }
            }
            await pool.close()
            #expect(handled.map(\.ids) == [["0"], ["1"]])
            #expect(Set(handled.map(\.pid)).isDisjoint(with: ears.withLock { $0 }))
            #expect(ears.withLock { $0.count } == 1)
        }
    }

    @Test func `no event waits while the positions' tables rotate`() async throws {
        try await LogFixture.run { log in
            try await log.database.pool.execute("CREATE TABLE public.rotation (number integer)")
            // One that stands still until it is let go on.
            try await log.database.pool.execute(
                """
                CREATE OR REPLACE FUNCTION log.rotate_acks(settled interval DEFAULT '3 s', grown bigint DEFAULT 65536)
                RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER AS $$
                BEGIN
                    PERFORM pg_advisory_xact_lock(1001);
                    INSERT INTO public.rotation VALUES (1);
                    RETURN true;
                END
                $$
                """)
            let handled = try await consuming(3, log) { _ in
                try await log.database.pool.withConnection { lock in
                    _ = try await lock.query("SELECT pg_advisory_lock(1001)::text")
                    try await log.waitUntilListening()
                    try await log.waitUntilAsleep()
                    try await append(0..<1, log)
                    try await log.waitForLockWaiter()
                    try await append(1..<2, log)
                    try await log.waitUntilRead(2)
                    #expect(try await log.count("public.rotation") == 0)
                    _ = try await lock.query("SELECT pg_advisory_unlock(1001)::text")
                    while try await log.count("public.rotation") == 0 {}
                }
                try await append(2..<3, log)
            }
            #expect(handled.map(\.ids) == [["0"], ["1"], ["2"]])
        }
    }

    @Test func `a few events keep to the connection's thread, and many leave it`() async throws {
        try await LogFixture.run { log in
            let handled = try await consuming(21, log) { _ in
                try await log.waitUntilListening()
                try await log.waitUntilAsleep()
                try await append(0..<1, log)
                try await log.waitUntilRead(1)
                try await log.waitUntilAsleep()
                try await log.waitUntilListening()
                try await append(1..<21, log)
            }
            #expect(handled.map(\.ids.count) == [1, 20])
            #expect(handled.map(\.isInPool) == [false, true])
        }
    }

    @Test func `what comes while the consumer lies down is read there, without a sleep`() async throws {
        try await LogFixture.run { log in
            let sleeper = Sleeper(
                pool: log.scoring, configuration: log.configuration(role: "onus_scoring"), consumer: "asleep",
                interval: .seconds(3600), logger: LogFixture.logger)
            let consumer = log.consumer()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await sleeper.run() }
                defer { group.cancelAll() }
                try await log.waitUntilListening("LISTEN%")
                // The server answers before the listener knows.
                try await Task.sleep(for: .milliseconds(100))
                let ear = try await log.ear()
                for number in 0..<3 {
                    // Nothing is unread as far as it knows, and nobody rings.
                    guard case .caughtUp = try await consumer.withBatch(limit: 9, { _, _ in }) else {
                        throw Unexpected("something is unread")
                    }
                    _ = try await log.appender.append(LogFixture.events([number]), organization: .default)
                    let outcome = try await consumer.withBatch(limit: 9, after: sleeper) { connection, _ in
                        await connection.backendPID
                    }
                    guard case .handled(let pid, events: 1, _) = outcome else { throw Unexpected("\(outcome)") }
                    #expect(pid == ear)
                }
            }
        }
    }

    @Test func `a consumer whose connection is cut in its sleep misses nothing`() async throws {
        try await LogFixture.run { log in
            let rounds = 8
            let handled = try await consuming(rounds, log) { _ in
                for number in 0..<rounds {
                    try await log.waitUntilListening()
                    try await log.waitUntilAsleep()
                    try await log.end(try await log.ear())
                    try await append(number..<number + 1, log)
                    try await log.waitUntilRead(number + 1)
                }
            }
            #expect(handled.flatMap(\.ids) == (0..<rounds).map(String.init))
        }
    }

    @Test func `whoever handles for long on the connection that heard is not silent`() async throws {
        try await LogFixture.run { log in
            let handled = try await consuming(1, log, patience: .seconds(3), computing: .seconds(5)) { _ in
                try await log.waitUntilListening()
                try await log.waitUntilAsleep()
                try await append(0..<1, log)
            }
            #expect(handled.map(\.ids) == [["0"]])
            let consumer = log.consumer()
            guard case .caughtUp = try await consumer.withBatch(limit: 1, { _, _ in }) else {
                throw Unexpected("the batch was not committed")
            }
        }
    }

    @Test func `a connection that is cut under the handler takes its batch back, and the next one commits it`()
        async throws
    {
        try await LogFixture.run { log in
            let tries = Mutex(0)
            let handled = try await consuming(
                1, log,
                within: { connection in
                    guard
                        tries.withLock({
                            $0 += 1
                            return $0
                        }) == 1
                    else { return }
                    try await log.end(await connection.backendPID)
                }
            ) { _ in
                try await log.waitUntilAsleep()
                try await log.waitUntilListening()
                try await append(0..<1, log)
            }
            #expect(handled.map(\.ids) == [["0"]])
            #expect(tries.withLock { $0 } == 2)
            guard case .caughtUp = try await log.consumer().withBatch(limit: 1, { _, _ in }) else {
                throw Unexpected("the batch was not committed")
            }
        }
    }

    @Test func `whoever computes for too long on the thread that heard is ended, and then computes off it`()
        async throws
    {
        try await LogFixture.run { log in
            let tries = Mutex<[Int32]>([])
            let handled = try await consuming(
                1, log, patience: .seconds(5),
                within: { connection in
                    let pid = await connection.backendPID
                    tries.withLock { $0.append(pid) }
                    // The thread that would say that the connection is alive is this one; in the pool it is another, and
                    // a thread of the pool is none to hold up.
                    if Self.isInPool { try await Task.sleep(for: .seconds(8)) } else { usleep(8_000_000) }
                }
            ) { _ in
                try await log.waitUntilAsleep()
                try await log.waitUntilListening()
                try await append(0..<1, log)
            }
            #expect(handled.map(\.ids) == [["0"]])
            let pids = tries.withLock { $0 }
            #expect(pids.count == 2 && pids[0] != pids[1])
        }
    }

    @Test func `events that come without a pause are each handled once`() async throws {
        try await LogFixture.run { log in
            let count = 300
            let handled = try await consuming(count, log) { _ in
                for number in 0..<count {
                    try await append(number..<number + 1, log)
                    // Some find the consumer asleep, some on its way there.
                    if number % 3 == 0 { try await Task.sleep(for: .microseconds(number * 20)) }
                }
            }
            #expect(handled.flatMap(\.ids) == (0..<count).map(String.init))
        }
    }

    @Test(arguments: [true, false]) func `a shutdown ends the sleep, and a cancellation`(isGraceful: Bool) async throws
    {
        try await LogFixture.run { log in
            let sleeper = Sleeper(
                pool: log.scoring, configuration: log.configuration(role: "onus_scoring"), consumer: "asleep",
                interval: .seconds(3600), logger: LogFixture.logger)
            let group = ServiceGroup(
                services: [sleeper, Follower(consumer: log.consumer(), sleeper: sleeper)], logger: LogFixture.logger)
            let running = Task { try await group.run() }
            try await log.waitUntilListening()
            try await log.waitUntilAsleep()
            // The mark comes before the sleep.
            try await Task.sleep(for: .milliseconds(50))
            if isGraceful { await group.triggerGracefulShutdown() } else { running.cancel() }
            // It ends.
            _ = await running.result
            let held = try await log.database.pool.query(
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            )
            #expect(try held.only().int8(0) == 0)
        }
    }

    /// A service that does nothing but follow the log.
    private struct Follower: Service {
        let consumer: LogConsumer
        let sleeper: Sleeper

        func run() async throws {
            while !Task.isShuttingDownGracefully {
                _ = try await consumer.withBatch(limit: 10, after: sleeper) { _, _ in }
            }
        }
    }
}

extension LogFixture {
    private static let listening = "datname = current_database() AND application_name LIKE '%asleep'"

    /// Waits until the consumer has looked on the connection that listens, which it does to sleep there; or, where it never
    /// does, until that listens.
    fileprivate func waitUntilListening(_ query: String = "%log.take_unread%") async throws {
        var isListening = false
        while !isListening {
            isListening = try await database.pool.query(
                "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE \(Self.listening) AND state = 'idle' AND query LIKE $1)",
                [.text(query)]
            ).only().bool(0)
        }
    }

    /// The process of the connection that listens.
    fileprivate func ear() async throws -> Int32 {
        try await database.pool.query("SELECT pid FROM pg_stat_activity WHERE \(Self.listening)").only().int4(0)
    }

    fileprivate func end(_ pid: Int32) async throws {
        _ = try await database.pool.query("SELECT pg_terminate_backend($1)", [.int4(pid)])
    }
}
