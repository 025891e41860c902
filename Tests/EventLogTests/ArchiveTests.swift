import EventLog
import Models
import Postgres
import Support
import Testing

@Suite(.timeLimit(.minutes(5))) struct ArchiveTests {
    /// Three events in each of three months of a year that is over, and one of today.
    private static func fill(_ log: LogFixture) async throws {
        _ = try await log.database.pool.query("SELECT log.create_partitions('2024-01-01', '2024-03-31')")
        for month in 1...3 {
            try await log.database.pool.execute(
                """
                WITH e AS (
                    SELECT n, ('2024-' || $1 || '-15')::date + n * interval '1 hour' AS recorded,
                        $1 || '/' || n AS id, gen_random_uuid() AS identity
                    FROM generate_series(1, 3) AS n
                ), i AS (
                    INSERT INTO log.identity (organization_id, identity, recorded) SELECT 1, identity, recorded FROM e
                )
                INSERT INTO log.event (organization_id, era, recorded, identity, type, source, id, time, data)
                SELECT 1, onus.current_era(), recorded, identity, 1, 'hris', id, recorded,
                    '{"person":"p' || id || '","effectiveFrom":"2024-01-01","active":true}' FROM e
                """,
                [.text("0\(month)")])
        }
        _ = try await log.appender.append([LogFixture.event("today")], organization: .default)
    }

    private func replay(_ log: LogFixture) async throws -> [String] {
        try await log.database.pool.withTransaction(isolation: .repeatableRead, readOnly: true) { connection in
            var ids: [String] = []
            for try await page in LogReplay(connection, organization: .default, page: 4) {
                ids += page.map(\.event.identity.id)
            }
            return ids
        }
    }

    private func places(_ archive: LogArchive) async throws -> [String: Bool] {
        let months = try await archive.months().filter { $0.name < "2025" }
        return Dictionary(uniqueKeysWithValues: months.map { ($0.name, $0.isArchived) })
    }

    @Test func `an archived month is read by whoever reads the whole log, by no consumer, and comes back`() async throws
    {
        try await LogFixture.run { log in
            try await Self.fill(log)
            let consumer = log.consumer()
            #expect(try await log.readAll(consumer).count == 10)
            let before = try await replay(log)
            #expect(before.count == 10)
            try await log.database.pool.withConnection { connection in
                let archive = LogArchive(connection)
                try await archive.archive("2024-01")
                try await archive.archive("2024-02")
                #expect(try await places(archive) == ["2024-01": true, "2024-02": true, "2024-03": false])
                #expect(try await log.count("log.event") == 4)
                #expect(try await replay(log) == before)
                let said = try await connection.transaction { connection in
                    try await SourceAssignments(connection, of: "hris", organization: .default)
                        .reduce(0) { $0 + $1.count }
                }
                #expect(said == 9)
                #expect(try await log.readAll(consumer) == [])
                #expect(try await log.readAll(log.consumer("later")).count == 4)
                try await archive.restore("2024-01")
                #expect(try await places(archive) == ["2024-01": false, "2024-02": true, "2024-03": false])
                #expect(try await log.count("log.event") == 7)
                #expect(try await replay(log) == before)
                #expect(try await log.readAll(consumer) == [])
                // Again, with the constraint that an interrupted move would have left behind.
                _ = try await connection.query("SELECT log.move_month('2024-01-01', true, 1)::text")
                try await archive.archive("2024-01")
                try await archive.restore("2024-01")
                try await archive.restore("2024-02")
            }
            #expect(try await log.count("log.archive") == 0)
            #expect(try await log.count("log.event") == 10)
            #expect(try await replay(log) == before)
        }
    }

    @Test func `a month of which events came while it was archived comes back with them`() async throws {
        try await LogFixture.run { log in
            try await Self.fill(log)
            #expect(try await log.readAll(log.consumer()).count == 10)
            try await log.database.pool.withConnection { connection in
                let archive = LogArchive(connection)
                try await archive.archive("2024-01")
                // As where a clock was set back.
                try await connection.execute(
                    """
                    INSERT INTO log.event (organization_id, era, recorded, identity, type, source, id, time, data)
                    SELECT 1, onus.current_era(), '2024-01-20', gen_random_uuid(), 1, 'hris', 'late', '2024-01-20', data
                    FROM log.archive LIMIT 1
                    """)
                #expect(try await log.count("log.event_default") == 1)
                try await archive.restore("2024-01")
                #expect(try await log.count("log.event_default") == 0)
                #expect(try await log.count("log.event_2024_01") == 4)
            }
            #expect(try await log.readAll(log.consumer()) == ["late"])
        }
    }

    @Test func `a month is not made behind whoever reads the log, and nobody waits meanwhile`() async throws {
        try await LogFixture.run { log in
            try await Self.fill(log)
            try await log.database.pool.withTransaction { reader in
                _ = try await reader.query("SELECT count(*) FROM log.event")
                let making = Task {
                    try await log.database.pool.query("SELECT log.create_partitions('2024-04-01', '2024-04-30')")
                }
                try await log.expectNobodyWaits(for: .seconds(1)) {
                    _ = try await log.appender.append([LogFixture.event("\($0)")], organization: .default)
                }
                let error = await #expect(throws: PostgresError.self) { _ = try await making.value }
                #expect(error?.sqlState == .lockNotAvailable)
            }
            let made = try await log.database.pool.query("SELECT log.create_partitions('2024-04-01', '2024-04-30')")
            #expect(try made.only().int4(0) == 1)
        }
    }

    @Test func `next month is made although somebody always reads the log`() async throws {
        try await LogFixture.run { log in
            let month = "(now() AT TIME ZONE 'UTC')::date + interval '1 month'"
            try await log.database.pool.execute(
                "DO $$ BEGIN EXECUTE format('DROP TABLE log.%I', to_char(\(month), '\"event_\"YYYY\"_\"MM')); END $$")
            let made = try await withThrowingTaskGroup(of: Int?.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        while !Task.isCancelled {
                            try await log.scoring.withTransaction { reader in
                                _ = try await reader.query("SELECT count(*) FROM log.event")
                                try await Task.sleep(for: .seconds(1))
                            }
                        }
                        return nil
                    }
                }
                group.addTask {
                    // Now and then a busy machine's second is two.
                    for _ in 0..<10 {
                        let made = try? await log.database.pool.query(
                            "SELECT log.create_partitions((\(month))::date, (\(month))::date)")
                        if let made { return try made.only().int(0) }
                    }
                    return 0
                }
                let made = try await group.next() ?? nil
                group.cancelAll()
                return made
            }
            #expect(made == 1)
        }
    }

    @Test func `whoever reads the log for a while is waited for, without holding up others`() async throws {
        try await LogFixture.run { log in
            try await Self.fill(log)
            _ = try await log.readAll(log.consumer())
            let moving = try await log.database.pool.withTransaction { reader in
                _ = try await reader.query("SELECT count(*) FROM log.event")
                let moving = Task {
                    try await log.database.pool.withConnection { try await LogArchive($0).archive("2024-01") }
                }
                // For longer than one attempt lasts.
                try await log.expectNobodyWaits(for: .seconds(2)) {
                    _ = try await log.appender.append([LogFixture.event("\($0)")], organization: .default)
                }
                #expect(try await log.count("log.archive") == 0)
                return moving
            }
            try await moving.value
            #expect(try await log.count("log.archive") == 3)
        }
    }

    @Test func `a month that a consumer has not read stays, and so does the one under way`() async throws {
        try await LogFixture.run { log in
            try await Self.fill(log)
            try await log.database.pool.withConnection { connection in
                let archive = LogArchive(connection)
                // Nobody has read anything.
                await #expect(throws: PostgresError.self) { try await archive.archive("2024-01") }
                let (quick, slow) = (log.consumer("quick"), log.consumer("slow"))
                _ = try await log.readAll(quick)
                _ = try await slow.withBatch(limit: 2) { _, _ in }
                #expect(try await archive.months().first?.isRead == false)
                await #expect(throws: PostgresError.self) { try await archive.archive("2024-01") }
                _ = try await log.readAll(slow)
                let months = try await archive.months()
                let areRead = months.allSatisfy(\.isRead)
                #expect(areRead)
                let current = try #require(months.first { $0.age == 0 })
                await #expect(throws: PostgresError.self) { try await archive.archive(current.name) }
                await #expect(throws: PostgresError.self) { try await archive.archive("2020-01") }
                try await archive.archive("2024-01")
            }
            #expect(try await log.count("log.event") == 7)
        }
    }

    @Test func `a month whose writer is still open waits to be read`() async throws {
        try await LogFixture.run { log in
            try await Self.fill(log)
            let consumer = log.consumer()
            let writer = try await Connection.connect(log.database.configuration, logger: LogFixture.logger)
            try await writer.execute("BEGIN")
            try await insertLate(writer)
            #expect(try await log.readAll(consumer).count == 10)
            try await writer.execute("COMMIT")
            await writer.close()
            try await log.database.pool.withConnection { connection in
                let archive = LogArchive(connection)
                await #expect(throws: PostgresError.self) { try await archive.archive("2024-02") }
                #expect(try await log.readAll(consumer) == ["late"])
                try await archive.archive("2024-02")
            }
        }
    }

    @Test func `an event that is committed while a move waits for the lock keeps its month in the log`() async throws {
        try await LogFixture.run { log in
            try await Self.fill(log)
            // The test commits when it sees that the move waits.
            try await log.database.pool.execute(
                "ALTER FUNCTION log.move_month(date, boolean, integer) SET lock_timeout = '60s'")
            // As if the writer had only just begun.
            try await log.database.pool.execute(
                """
                CREATE OR REPLACE FUNCTION log.refuse_long_holders(relation regclass, readers_too boolean) RETURNS void
                    LANGUAGE sql AS 'SELECT'
                """)
            let consumer = log.consumer()
            #expect(try await log.readAll(consumer).count == 10)
            for step in 1...2 { try await move(step, log) }
            let writer = try await Connection.connect(log.database.configuration, logger: LogFixture.logger)
            try await writer.execute("BEGIN")
            try await insertLate(writer)
            let moving = Task { try await move(3, log) }
            while try await log.count("pg_locks WHERE NOT granted AND relation = 'log.event'::regclass") == 0 {
                try await Task.sleep(for: .milliseconds(10))
            }
            try await writer.execute("COMMIT")
            await writer.close()
            let refusal = await #expect(throws: PostgresError.self) { try await moving.value }
            #expect(refusal?.sqlState?.code == "55000")
            #expect(try await log.readAll(consumer) == ["late"])
            try await move(3, log)
            #expect(try await log.count("log.archive") == 4)
        }
    }

    private func move(_ step: Int, _ log: LogFixture) async throws {
        _ = try await log.database.pool.query(
            "SELECT log.move_month('2024-02-01', true, $1)::text", [.int4(Int32(step))])
    }

    private func insertLate(_ writer: Connection) async throws {
        try await writer.execute(
            """
            INSERT INTO log.event (organization_id, era, recorded, identity, type, source, id, time, data)
            SELECT 1, onus.current_era(), '2024-02-02', gen_random_uuid(), 1, 'hris', 'late', now(),
                '{"person":"p","effectiveFrom":"2024-01-01","active":true}'
            """)
    }

    @Test func `a month is read where each shard has read its events, and one that never read holds it`() async throws {
        try await LogFixture.run { log in
            try await Self.fill(log)
            try await log.database.pool.execute("UPDATE log.event SET subject = id WHERE source = 'hris'")
            func holds(_ shard: Int, _ month: String) async throws -> Bool {
                try await log.count(
                    """
                    log.event AS e WHERE to_char(recorded, 'YYYY-MM') = '\(month)'
                        AND log.shard_of(e.organization_id, e.subject, true, 8) = \(shard)
                    """) > 0
            }
            func acknowledge(_ shard: Int) async throws {
                _ = try await log.database.pool.query(
                    """
                    SELECT log.acknowledge(
                        'jobs/8/subject', $1, 1, onus.current_era(), pg_current_snapshot(), NULL, NULL, NULL)::text
                    """,
                    [.int2(Int16(shard))])
            }
            func isRead(_ month: String) async throws -> Bool? {
                try await log.database.pool.withConnection { connection in
                    try await LogArchive(connection).months().first { $0.name == month }?.isRead
                }
            }
            var holding: [Int] = []
            var others: [Int] = []
            for shard in 0..<8 {
                if try await holds(shard, "2024-01") { holding.append(shard) } else { others.append(shard) }
            }
            #expect(!holding.isEmpty && !others.isEmpty)
            // Shards that hold nothing of it may stand wherever they are.
            for shard in holding.dropLast() + [try #require(others.first)] { try await acknowledge(shard) }
            #expect(try await isRead("2024-01") == false)
            await #expect(throws: PostgresError.self) {
                try await log.database.pool.withConnection { try await LogArchive($0).archive("2024-01") }
            }
            try await acknowledge(try #require(holding.last))
            #expect(try await isRead("2024-01") == true)
            try await log.database.pool.withConnection { try await LogArchive($0).archive("2024-01") }
            #expect(try await log.count("log.archive") == 3)
        }
    }

    @Test func `appends, duplicates, reads and archiving leave no dead row in the log`() async throws {
        try await LogFixture.run { log in
            try await Self.fill(log)
            let consumer = log.consumer()
            for _ in 0..<3 {
                _ = try await log.appender.append(LogFixture.events(0..<50), organization: .default)
                _ = try await log.readAll(consumer, limit: 7)
            }
            try await log.database.pool.withConnection { try await LogArchive($0).archive("2024-01") }
            try await log.database.pool.execute("CREATE EXTENSION pgstattuple")
            let dead = try await log.database.pool.query(
                """
                SELECT coalesce(sum(d.dead_tuple_count), 0)::bigint
                FROM pg_class AS c, LATERAL pgstattuple(c.oid) AS d
                WHERE c.relkind = 'r' AND c.relnamespace = 'log'::regnamespace
                    AND c.relname ~ '^(event|archive|identity)'
                """
            ).only().int8(0)
            #expect(dead == 0)
        }
    }
}
