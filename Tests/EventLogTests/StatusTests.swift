import EventLog
import Models
import Postgres
import Support
import Testing

@Suite(.timeLimit(.minutes(5))) struct StatusTests {
    @Test func `the lag counts what is visible and unread`() async throws {
        try await LogFixture.run { log in
            let consumer = log.consumer()
            _ = try await log.appender.append(LogFixture.events(0..<10), organization: .default)
            #expect(try await log.lag() == nil)
            let untouched = try #require(
                try await log.database.pool.withConnection { try await LogStatus($0).lags(expected: ["test"]) }.first)
            #expect(untouched.consumer == "test" && untouched.unread == 10 && untouched.position == nil)
            _ = try await consumer.withBatch(limit: 4) { _, _ in }
            _ = try await log.appender.append(LogFixture.events(10..<13), organization: .default)
            let behind = try #require(try await log.lag())
            #expect(behind.unread == 9 && behind.oldestUnread != nil && behind.consumer == "test")
            #expect(behind.position?.cursor != nil && !behind.isAtLeast)
            _ = try await log.readAll(consumer)
            let caughtUp = try #require(try await log.lag())
            #expect(caughtUp.unread == 0 && caughtUp.oldestUnread == nil)
            let position = try #require(caughtUp.position)
            #expect(position.era == 1 && position.cursor == nil && position.snapshot.contains(":"))
        }
    }

    @Test func `a consumer is caught up with a moment whatever came after it`() async throws {
        try await LogFixture.run { log in
            let consumer = log.consumer()
            try await log.database.pool.withConnection { status in
                let empty = try await LogSnapshot.now(status)
                #expect(try await LogStatus(status).isCaughtUp("test", with: empty) == false)
                _ = try await log.readAll(consumer)
                #expect(try await LogStatus(status).isCaughtUp("test", with: empty))

                _ = try await log.appender.append(LogFixture.events(0..<4), organization: .default)
                let four = try await LogSnapshot.now(status)
                _ = try await log.appender.append(LogFixture.events(4..<8), organization: .default)
                #expect(try await LogStatus(status).isCaughtUp("test", with: empty))
                // One target for all eight; its first half is what the moment asks for.
                for read in 1...4 {
                    #expect(try await LogStatus(status).isCaughtUp("test", with: four) == false, "after \(read - 1)")
                    _ = try await consumer.withBatch(limit: 1) { _, _ in }
                }
                #expect(try await LogStatus(status).isCaughtUp("test", with: four))
                let now = try await LogSnapshot.now(status)
                #expect(try await LogStatus(status).isCaughtUp("test", with: now) == false)
                _ = try await log.readAll(consumer)
                #expect(try await LogStatus(status).isCaughtUp("test", with: now))
            }
        }
    }

    @Test func `a consumer that is shared by key lags by shard, and is caught up where all its shards are`()
        async throws
    {
        try await LogFixture.run { log in
            let name = "jobs/4/subject"
            func appendForty(from first: Int) async throws {
                let events = (first..<first + 40).map { LogFixture.event("\($0)", subject: "person \($0)") }
                _ = try await log.appender.append(events, organization: .default)
            }
            func readAll(_ shard: Int) async throws {
                _ = try await log.database.pool.withTransaction {
                    try await $0.query(
                        """
                        SELECT log.acknowledge($1, p.shard, p.n + 1, onus.current_era(), pg_current_snapshot(), NULL, NULL, NULL)::text
                        FROM (
                            SELECT $2::int2 AS shard, coalesce(max(n), 0) AS n FROM log.position
                            WHERE consumer = $1 AND shard = $2
                        ) AS p
                        """,
                        [.text(name), .int2(Int16(shard))])
                }
            }
            func shares() async throws -> [Int] {
                let rows = try await log.database.pool.query(
                    """
                    SELECT count(e.seq) FROM generate_series(0, 3) AS s (shard)
                    LEFT JOIN log.event AS e ON log.shard_of(e.organization_id, e.subject, true, 4) = s.shard
                    GROUP BY s.shard ORDER BY s.shard
                    """)
                return try rows.map { try $0.int(0) }
            }
            func isCaughtUp() async throws -> Bool {
                try await log.database.pool.withConnection {
                    try await LogStatus($0).isCaughtUp(name, with: .now($0))
                }
            }
            func lags() async throws -> [ConsumerLag] {
                try await log.database.pool.withConnection { try await LogStatus($0).lags() }
            }
            try await appendForty(from: 0)
            for shard in 0..<3 { try await readAll(shard) }
            let third = try await shares()[3]
            #expect(third > 0 && third < 40)
            #expect(try await lags().map(\.shard) == [0, 1, 2, 3])
            #expect(try await lags().map(\.unread) == [0, 0, 0, third])
            #expect(try await lags().map { $0.position == nil } == [false, false, false, true])
            #expect(try await isCaughtUp() == false)
            try await readAll(3)
            #expect(try await isCaughtUp())
            let before = try await shares()
            try await appendForty(from: 40)
            let after = try await shares()
            #expect(try await lags().map(\.unread) == zip(after, before).map { $0 - $1 })
            for shard in 0..<4 {
                #expect(try await isCaughtUp() == false, "before \(shard)")
                try await readAll(shard)
            }
            #expect(try await isCaughtUp())
        }
    }

    @Test func `a replay gives an organisation's events in the order of recording, in pages`() async throws {
        try await LogFixture.run { log in
            let other = try await OtherOrganization.make(log)
            for number in 0..<7 {
                _ = try await log.appender.append(LogFixture.events([number]), organization: .default)
                _ = try await log.appender.append(LogFixture.events([number]), organization: other)
            }
            let all = try await log.replay()
            #expect(all.map { $0.map(\.event.identity.id) } == [["0", "1", "2"], ["3", "4", "5"], ["6"]])
            let recorded = all[1][1].recorded
            #expect(
                try await log.replay(knownAt: recorded).joined().map(\.event.identity.id) == ["0", "1", "2", "3", "4"])
            #expect(Set(all.joined().map(\.organization)) == [.default])
        }
    }

    @Test func `a replay of what a consumer has read leaves out what it has not`() async throws {
        try await LogFixture.run { log in
            let consumer = log.consumer()
            try await log.database.pool.withConnection { late in
                try await late.transaction { late in
                    try await late.insert("late")
                    _ = try await log.appender.append(LogFixture.events(0..<5), organization: .default)
                    _ = try await consumer.withBatch(limit: 2) { _, _ in }
                }
            }
            #expect(try await log.replay(readBy: "test").joined().map(\.event.identity.id) == ["0", "1"])
            _ = try await log.readAll(consumer)
            #expect(try await log.replay(readBy: "test").joined().count == 6)
            #expect(try await log.replay(readBy: "nobody").isEmpty)
        }
    }

    @Test func `reading the tail of a large log touches few pages, at its end as at its beginning`() async throws {
        try await LogFixture.run { log in
            try await log.database.pool.withConnection { connection in
                // Planned while the table is empty, as in a service that has run since before the backlog came.
                for _ in 0..<8 {
                    _ = try await connection.query(
                        "SELECT count(*) FROM log.unread(1, '1:1:', pg_current_snapshot(), NULL, NULL, 100)")
                }
                try await connection.script(
                    """
                    INSERT INTO log.event (organization_id, era, xid, identity, type, source, id, time, data)
                    SELECT 1 + n % 3, 1, (1000 + n / 3)::text::xid8, gen_random_uuid(), 11, 'test', n::text, now(),
                        '{"manager":"max","person":"ann","kind":"review"}'
                    FROM generate_series(1, 200000) AS n
                    """)
                for cursor in ["NULL, NULL", "'1500', 0", "'40000', 0", "'67660', 0"] {
                    let plan = try await connection.query(
                        """
                        EXPLAIN (ANALYZE, BUFFERS, FORMAT TEXT)
                        SELECT * FROM log.unread(1, '900:950:930', '9000000:9000000:', \(cursor), 100)
                        """)
                    let text = try plan.map { try $0.text(0) }.joined(separator: "\n")
                    let pages = try #require(text.firstMatch(of: /shared hit=(\d+)(?: read=(\d+))?/))
                    let touched = Int(pages.1).map { $0 + (pages.2.flatMap { Int($0) } ?? 0) }
                    #expect(try #require(touched) < 400, "\(cursor): \(text)")
                }
                let scans = try await connection.query(
                    """
                    SELECT coalesce(sum(seq_scan), 0)::int8 FROM pg_stat_user_tables WHERE schemaname = 'log' AND relname LIKE 'event%'
                    """)
                #expect(try scans.only().int8(0) == 0)
            }
        }
    }
}

extension LogFixture {
    func lag() async throws -> ConsumerLag? {
        try await database.pool.withConnection { try await LogStatus($0).lags() }.first
    }

    func replay(knownAt: Instant? = nil, readBy: String? = nil) async throws -> [[RecordedEvent]] {
        try await database.pool.withTransaction(isolation: .repeatableRead, readOnly: true) { connection in
            var pages: [[RecordedEvent]] = []
            for try await page in LogReplay(
                connection, organization: .default, knownAt: knownAt, readBy: readBy, page: 3)
            { pages.append(page) }
            return pages
        }
    }
}
