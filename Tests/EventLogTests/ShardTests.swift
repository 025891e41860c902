import EventLog
import Models
import Postgres
import Support
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(5))) struct ShardTests {
    /// A worker with connections of its own, as a process has them, which are named after it.
    private func worker(_ name: String, _ log: LogFixture) -> (ShardedConsumer, PostgresPool) {
        var configuration = log.configuration(role: "onus_scoring")
        configuration.applicationName = name
        let pool = PostgresPool(
            configuration: configuration, size: 0...4, acquireTimeout: .seconds(60), logger: LogFixture.logger)
        let consumer = ShardedConsumer(
            name: "test", shards: 4, by: .subject, pool: pool, configuration: configuration, logger: LogFixture.logger)
        return (consumer, pool)
    }

    /// Notes each event with who handled it; one that is handled twice breaks the key.
    private func prepare(_ log: LogFixture) async throws {
        try await log.database.pool.withConnection {
            try await $0.script(
                """
                CREATE TABLE public.effect (id text PRIMARY KEY, subject text NOT NULL, worker text NOT NULL);
                GRANT SELECT, INSERT ON public.effect TO onus_scoring;
                GRANT USAGE ON SCHEMA public TO onus_scoring;
                """)
        }
    }

    /// Notes a batch, and that no other worker has one of its subjects in hand: a lock of the transaction says so.
    private static func note(_ worker: String) -> @Sendable (Connection, LogBatch) async throws -> Void {
        { connection, batch in
            let subjects = try batch.map { try $0.subject() ?? "" }
            let taken = try await connection.query(
                """
                SELECT count(*) FROM (SELECT DISTINCT unnest($1::text[])) AS s (subject)
                WHERE NOT pg_try_advisory_xact_lock(hashtextextended('subject in hand ' || subject, 0))
                """,
                [.textArray(subjects)])
            #expect(try taken.only().int8(0) == 0, "\(worker) came upon what another worker has in hand")
            _ = try await connection.query(
                "INSERT INTO public.effect (id, subject, worker) SELECT id, subject, $3 FROM unnest($1, $2) AS e (id, subject)",
                [.textArray(try batch.map { try $0.id() }), .textArray(subjects), .text(worker)])
        }
    }

    private func append(_ numbers: Range<Int>, _ log: LogFixture) async throws {
        _ = try await log.appender.append(
            numbers.map { LogFixture.event("\($0)", subject: "person \($0 % 40)") }, organization: .default)
    }

    private func waitForEffects(_ count: Int64, of log: LogFixture) async throws {
        while try await log.count("public.effect") < count { try await Task.sleep(for: .milliseconds(20)) }
    }

    /// How many workers have done something.
    private func workers(_ log: LogFixture) async throws -> Int64 {
        try await log.count("(SELECT DISTINCT worker FROM public.effect) AS w")
    }

    /// Until as many workers have shards.
    private func waitForWorkers(_ count: Int64, of log: LogFixture) async throws {
        while true {
            let rows = try await log.database.pool.query(
                """
                SELECT count(DISTINCT l.pid) FROM pg_locks AS l JOIN pg_stat_activity AS a USING (pid)
                WHERE l.locktype = 'advisory' AND l.mode = 'ExclusiveLock' AND a.datname = current_database()
                    AND a.state = 'idle'
                """)
            if try rows.only().int8(0) >= count { return }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    @Test func `workers share the keys, and a dead one's share is taken over, each event once`() async throws {
        try await LogFixture.run { log in
            try await prepare(log)
            let (first, firstPool) = worker("worker first", log)
            let (second, secondPool) = worker("worker second", log)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await second.run(limit: 7, Self.note("second")) }
                let dying = Task { try await first.run(limit: 7, Self.note("first")) }
                try await waitForWorkers(2, of: log)
                // On a busy machine one may lose its leases before it has done anything, and gets others.
                var appended = 0
                repeat {
                    try await append(appended..<appended + 400, log)
                    appended += 400
                    try await waitForEffects(Int64(appended), of: log)
                } while try await workers(log) < 2

                // As a process that is killed: whatever it had open ends.
                dying.cancel()
                _ = try await log.database.pool.query(
                    """
                    SELECT pg_terminate_backend(pid)::text FROM pg_stat_activity
                    WHERE datname = current_database() AND application_name LIKE 'worker first%'
                    """)
                try await append(appended..<appended + 400, log)
                try await waitForEffects(Int64(appended) + 400, of: log)
                _ = await dying.result
                group.cancelAll()
                #expect(try await log.count("public.effect") == appended + 400)
                #expect(try await log.count("(SELECT DISTINCT subject FROM public.effect) AS s") == 40)
            }
            await firstPool.close()
            await secondPool.close()
        }
    }

    /// Fails the batches that hold the first event.
    private final class Poison: Sendable {
        let isThere = Atomic(true)
        let failures = Atomic(0)

        func work(on batch: LogBatch) throws {
            guard isThere.load(ordering: .relaxed), try batch.contains(where: { try $0.id() == "0" }) else { return }
            failures.add(1, ordering: .relaxed)
            throw Unexpected("a bad event")
        }
    }

    @Test func `a batch that fails again and again holds up its own shard alone`() async throws {
        try await LogFixture.run { log in
            try await prepare(log)
            let (consumer, pool) = worker("worker", log)
            let poison = Poison()
            try await append(0..<400, log)
            let inShard = try await log.count(
                """
                log.event AS e WHERE log.shard_of(organization_id, subject, true, 4) = (
                    SELECT log.shard_of(organization_id, subject, true, 4) FROM log.event WHERE id = '0')
                """)
            #expect(inShard > 0 && inShard < 400)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await consumer.run(limit: 3) { connection, batch in
                        try poison.work(on: batch)
                        try await Self.note("worker")(connection, batch)
                    }
                }
                let deadline = ContinuousClock.now + .seconds(60)
                while try await log.count("public.effect") < 400 - inShard
                    || poison.failures.load(ordering: .relaxed) < 3, ContinuousClock.now < deadline
                {
                    try await Task.sleep(for: .milliseconds(50))
                }
                #expect(try await log.count("public.effect") == 400 - inShard)
                #expect(poison.failures.load(ordering: .relaxed) >= 3)
                // What comes meanwhile is worked on too.
                try await append(400..<480, log)
                poison.isThere.store(false, ordering: .relaxed)
                try await waitForEffects(480, of: log)
                group.cancelAll()
            }
            await pool.close()
            #expect(try await log.count("public.effect") == 480)
        }
    }

    @Test func `connections that are killed at random cost no event and double none`() async throws {
        try await LogFixture.run { log in
            try await prepare(log)
            let workers = ["worker a", "worker b", "worker c"].map { ($0, worker($0, log)) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (name, (consumer, _)) in workers {
                    group.addTask { try await consumer.run(limit: 3, Self.note(name)) }
                }
                for round in 0..<12 {
                    try await append(round * 50..<(round + 1) * 50, log)
                    _ = try await log.database.pool.query(
                        """
                        SELECT pg_terminate_backend(pid)::text FROM pg_stat_activity
                        WHERE datname = current_database() AND application_name LIKE 'worker%' AND random() < 0.3
                        """)
                    try await waitForEffects(Int64(round) * 50, of: log)
                }
                try await waitForEffects(600, of: log)
                group.cancelAll()
            }
            for (_, (_, pool)) in workers { await pool.close() }
            #expect(try await log.count("public.effect") == 600)
        }
    }
}
