import EventLog
import Foundation
import Models
import Postgres
import Support
import Testing

/// Workers as they run in earnest: processes of their own, which are killed and frozen at random.
@Suite(.timeLimit(.minutes(5))) struct ShardProcessTests {
    private static let names = ["worker a", "worker b", "worker c"]

    private func start(_ name: String, _ log: LogFixture) throws -> TestProcess {
        try TestProcess.built(
            "Bench", ["shards", "--worker", name],
            environment: ["ONUS_DATABASE_URL": log.configuration(role: "onus_scoring").url])
    }

    private func append(_ numbers: Range<Int>, _ log: LogFixture) async throws {
        // Ids that sort as they were appended.
        _ = try await log.appender.append(
            numbers.map { LogFixture.event("\(100_000 + $0)", subject: "person \($0 % 40)") }, organization: .default)
    }

    /// Until all are handled by those of the processes that are neither dead nor frozen, and none has ended by itself.
    private func waitForEffects(_ count: Int, of processes: [TestProcess], _ log: LogFixture) async throws {
        while try await log.count("public.effect") < count {
            for process in processes where !process.isRunning {
                throw Unexpected("a worker ended by itself with \(await process.wait()): \(process.errorOutput)")
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// How many shards each worker leases, by its name.
    private func leases(_ log: LogFixture) async throws -> [String: Int] {
        let rows = try await log.database.pool.query(
            """
            SELECT a.application_name, count(*) FROM pg_stat_activity AS a
            JOIN generate_series(0, 3) AS s (shard) ON true
            JOIN pg_locks AS l USING (pid), LATERAL (SELECT hashtextextended('onus log.lease test/4/subject', s.shard)) AS k (key)
            WHERE a.datname = current_database() AND l.locktype = 'advisory' AND l.mode = 'ExclusiveLock' AND l.granted
                AND l.classid::bigint = (k.key >> 32) & 4294967295 AND l.objid::bigint = k.key & 4294967295
            GROUP BY a.application_name
            """)
        return Dictionary(uniqueKeysWithValues: try rows.map { (try $0.text(0), try $0.int(1)) })
    }

    /// How many workers there are.
    private func members(_ log: LogFixture) async throws -> Int {
        try await log.database.pool.query(
            """
            SELECT count(*) FROM pg_locks AS l,
                (SELECT hashtextextended('onus log.workers test/4/subject', 0)) AS k (key)
            WHERE l.locktype = 'advisory' AND l.mode = 'ShareLock' AND l.granted
                AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
                AND l.classid::bigint = (k.key >> 32) & 4294967295 AND l.objid::bigint = k.key & 4294967295
            """
        ).only().int(0)
    }

    private func waitForLeases(_ log: LogFixture, _ areRight: ([String: Int]) -> Bool) async throws {
        while try await !areRight(leases(log)) { try await Task.sleep(for: .milliseconds(50)) }
    }

    private func prepare(_ log: LogFixture) async throws {
        try await log.database.pool.withConnection {
            try await $0.script(
                """
                CREATE TABLE public.effect (
                    place bigserial, id text PRIMARY KEY, subject text NOT NULL, worker text NOT NULL);
                GRANT SELECT, INSERT ON public.effect TO onus_scoring;
                GRANT USAGE ON SEQUENCE public.effect_place_seq TO onus_scoring;
                GRANT USAGE ON SCHEMA public TO onus_scoring;
                """)
        }
    }

    /// Of each subject every event once, in the order in which they were appended.
    private func expectOrder(_ count: Int, _ log: LogFixture) async throws {
        #expect(try await log.count("public.effect") == count)
        let disorder = try await log.database.pool.query(
            """
            SELECT subject, id FROM (
                SELECT subject, id, lag(id) OVER (PARTITION BY subject ORDER BY place) AS previous FROM public.effect
            ) AS e WHERE previous >= id
            """)
        #expect(disorder.isEmpty)
    }

    @Test func `a dead worker's shards, and a frozen one's, are worked on by the others, and come back`() async throws {
        try await LogFixture.run { log in
            try await prepare(log)
            let steady = try start("worker a", log)
            var other = try start("worker b", log)
            try await waitForLeases(log) { $0 == ["worker a": 2, "worker b": 2] }
            try await append(0..<80, log)
            try await waitForEffects(80, of: [steady, other], log)

            await other.killNow()
            try await append(80..<160, log)
            try await waitForEffects(160, of: [steady], log)
            try await waitForLeases(log) { $0 == ["worker a": 4] }

            other = try start("worker b", log)
            try await waitForLeases(log) { $0 == ["worker a": 2, "worker b": 2] }
            other.send(SIGSTOP)
            try await append(160..<240, log)
            try await waitForEffects(240, of: [steady], log)
            try await waitForLeases(log) { $0 == ["worker a": 4] }
            other.send(SIGCONT)
            try await waitForLeases(log) { $0 == ["worker a": 2, "worker b": 2] }
            try await append(240..<320, log)
            try await waitForEffects(320, of: [steady, other], log)
            try await expectOrder(320, log)
            await steady.killNow()
            await other.killNow()
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `where the shards don't divide evenly, what is left over is worked on, too`() async throws {
        try await LogFixture.run { log in
            try await prepare(log)
            let workers = try Self.names.map { try start($0, log) }
            while try await members(log) < 3 { try await Task.sleep(for: .milliseconds(50)) }
            // Shares are looked after twice a second; by then each worker knows of all three.
            try await Task.sleep(for: .seconds(3))
            try await append(0..<80, log)
            try await waitForEffects(80, of: workers, log)
            try await expectOrder(80, log)
            for worker in workers { await worker.killNow() }
        }
    }

    @Test func `processes killed and frozen at random never share a key, and lose, double and reorder nothing`()
        async throws
    {
        let seed = TestEnvironment.seed()
        try await LogFixture.run { log in
            var random = SplitMix(seed: seed)
            try await prepare(log)
            var workers = try Self.names.map { try start($0, log) }
            var frozen: Int?
            for round in 0..<14 {
                try await append(round * 60..<(round + 1) * 60, log)
                let victim = Int.random(in: 0..<workers.count, using: &random)
                try await Task.sleep(for: .milliseconds(Int.random(in: 0...80, using: &random)))
                if round % 5 == 3, frozen == nil {
                    workers[victim].send(SIGSTOP)
                    frozen = victim
                } else if victim != frozen {
                    await workers[victim].killNow()
                    workers[victim] = try start(Self.names[victim], log)
                }
                // Of a frozen one's share the rest waits until the server has ended its sessions.
                try await waitForEffects(round * 60, of: workers, log)
                if let thawing = frozen, round % 5 == 0 {
                    workers[thawing].send(SIGCONT)
                    frozen = nil
                }
            }
            if let frozen { workers[frozen].send(SIGCONT) }
            try await waitForEffects(840, of: workers, log)
            try await expectOrder(840, log)
            for worker in workers { await worker.killNow() }
        }
    }
}
