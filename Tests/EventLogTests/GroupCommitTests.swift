import EventLog
import Models
import Postgres
import Support
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(5))) struct GroupCommitTests {
    @Test func `concurrent single events share transactions`() async throws {
        try await LogFixture.run { log in
            let committer = GroupCommitter(appender: log.appender)
            let new = try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<400 {
                    group.addTask {
                        try await committer.append(
                            LogFixture.event("\(number % 300)"), organization: LogFixture.organization)
                    }
                }
                return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(new == 300)
            #expect(try await log.count("log.event") == 300)
            let transactions = try await log.database.pool.query("SELECT count(DISTINCT xid::text) FROM log.event")
            #expect(try transactions.only().int8(0) < 100)
        }
    }

    @Test func `who has waited while the database had no time for others fails with them`() async throws {
        try await LogFixture.run { log in
            let pool = PostgresPool(
                configuration: log.configuration(role: "onus_ingestion"), size: 0...1, acquireTimeout: .seconds(1),
                logger: LogFixture.logger)
            var limits = GroupCommitter.Limits()
            limits.groupEvents = 2
            // There is one connection, and a second transaction would wait for it while the first has many groups.
            limits.groupsAtOnce = 1
            limits.patience = .milliseconds(500)
            let begun = Mutex(0)
            let committer = GroupCommitter(
                appender: EventAppender(pool: pool, wakeUp: nil, tiers: IdentityTiers()), limits: limits,
                observe: { _ in begun.withLock { $0 += 1 } })
            @Sendable func append(_ ids: Range<Int>) async -> Set<String> {
                await withTaskGroup(of: String.self) { group in
                    for id in ids {
                        group.addTask {
                            do {
                                _ = try await committer.append(
                                    LogFixture.event("\(id)"), organization: LogFixture.organization)
                                return "stored"
                            } catch AppendError.unavailable(let error) {
                                return error.kind.rawValue
                            } catch {
                                return "\(error)"
                            }
                        }
                    }
                    return await group.reduce(into: []) { $0.insert($1) }
                }
            }
            // The first connection may take longer than a transaction waits for it.
            while (try? await pool.execute("SELECT 1")) == nil {}
            let results = try await pool.withConnection { _ in await append(0..<400) }
            #expect(results == [PostgresError.Kind.poolExhausted.rawValue])
            // Not two hundred, of a second each.
            #expect(begun.withLock { $0 } <= 8)
            #expect(await append(0..<400) == ["stored"])
            #expect(committer.pending == (0, 0))
            await pool.close()
        }
    }

    @Test func `a bad event fails alone`() async throws {
        try await LogFixture.run { log in
            // No valid event raises a database error, so the database is given a reason.
            try await log.database.pool.execute(
                "ALTER TABLE log.event ADD CONSTRAINT no_thirteen CHECK (id <> '13')")
            let committer = GroupCommitter(appender: log.appender)
            let results = await withTaskGroup(of: (Int, Result<Bool, any Error>).self) { group in
                for number in 0..<60 {
                    group.addTask {
                        do {
                            return (
                                number,
                                .success(
                                    try await committer.append(
                                        LogFixture.event("\(number)"), organization: LogFixture.organization))
                            )
                        } catch {
                            return (number, .failure(error))
                        }
                    }
                }
                return await group.reduce(into: [Int: Result<Bool, any Error>]()) { $0[$1.0] = $1.1 }
            }
            for (number, result) in results {
                switch result {
                case .success(let isNew): #expect(isNew && number != 13)
                case .failure(AppendError.refused(let cause)):
                    #expect(number == 13)
                    #expect(cause.constraint == "no_thirteen")
                case .failure(let error): Issue.record("event \(number): \(error)")
                }
            }
            #expect(try await log.count("log.event") == 59)
        }
    }

    @Test func `whoever leads may be cancelled without harm to the others`() async throws {
        try await LogFixture.run { log in
            let committer = GroupCommitter(appender: log.appender)
            try await log.database.pool.withConnection { blocker in
                // Holds the first group, so that the leader is cancelled while it waits for the database.
                try await blocker.transaction { blocker in
                    try await blocker.execute(
                        "INSERT INTO log.identity (organization_id, identity) VALUES (1, $1)",
                        [.uuid(LogFixture.event("0").identity.hash)])
                    let leader = Task {
                        try await committer.append(LogFixture.event("0"), organization: LogFixture.organization)
                    }
                    try await log.waitForLockWaiter()
                    leader.cancel()
                }
            }
            async let follower = committer.append(LogFixture.event("1"), organization: LogFixture.organization)
            #expect(try await follower)
            #expect(try await log.readAll(log.consumer()) == ["1"])
        }
    }

    @Test func `more events than may wait are refused at once`() async throws {
        try await LogFixture.run { log in
            var limits = GroupCommitter.Limits()
            limits.pendingEvents = 3
            let committer = GroupCommitter(appender: log.appender, limits: limits)
            try await log.database.pool.withConnection { blocker in
                try await blocker.transaction { blocker in
                    try await blocker.execute("LOCK TABLE log.identity IN ACCESS EXCLUSIVE MODE")
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        for number in 0..<3 {
                            group.addTask {
                                _ = try await committer.append(
                                    LogFixture.event("\(number)"), organization: LogFixture.organization)
                            }
                        }
                        try await log.waitForLockWaiter()
                        while committer.pending.events < 3 { await Task.yield() }
                        let error = await #expect(throws: AppendError.self) {
                            try await committer.append(LogFixture.event("4"), organization: LogFixture.organization)
                        }
                        guard case .overloaded = error else { throw Unexpected("\(String(describing: error))") }
                        try await blocker.execute("ROLLBACK AND CHAIN")
                        try await group.waitForAll()
                    }
                }
            }
            #expect(try await log.count("log.event") == 3)
        }
    }
}

extension LogFixture {
    /// Does something again and again, and looks each time whether anybody waits for a relation's lock.
    ///
    /// - Parameter body: Gets 0, 1, 2….
    func expectNobodyWaits(for duration: Duration, while body: (Int) async throws -> Void) async throws {
        let end = ContinuousClock.now + duration
        var number = 0
        while ContinuousClock.now < end {
            try await body(number)
            number += 1
            let waiting = try await database.pool.query(
                """
                SELECT FROM pg_locks AS l JOIN pg_database AS d ON d.oid = l.database
                WHERE NOT l.granted AND l.locktype = 'relation' AND d.datname = current_database()
                """)
            try #require(waiting.isEmpty)
        }
    }

    /// Returns as soon as so many sessions of this database wait for a lock.
    func waitForLockWaiter(count: Int64 = 1) async throws {
        while true {
            let rows = try await database.pool.query(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
            if try rows.only().int8(0) >= count { return }
        }
    }
}
