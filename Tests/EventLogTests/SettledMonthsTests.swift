import Models
import Postgres
import Support
import Testing

@testable import EventLog

/// Months that are over: consumers that stand behind them leave their partitions out, and miss nothing.
@Suite(.timeLimit(.minutes(5))) struct SettledMonthsTests {
    /// January to March 2024, one event each, and one of today.
    private static func run(_ body: (LogFixture) async throws -> Void) async throws {
        try await LogFixture.run { log in
            _ = try await log.database.pool.query("SELECT log.create_partitions('2024-01-01', '2024-03-31')")
            for month in 1...3 { try await log.record("0\(month)", month: month) }
            _ = try await log.appender.append([LogFixture.event("today")], organization: .default)
            try await body(log)
        }
    }

    /// A worker of each way of reading, that has read all there is.
    private static func readers(_ log: LogFixture) async throws -> [LogConsumer] {
        let readers = [
            log.consumer("one"), log.consumer("two"),
            LogConsumer(name: "half", shard: LogShard(0, of: 2, by: .organization), pool: log.scoring),
            LogConsumer(name: "half", shard: LogShard(1, of: 2, by: .organization), pool: log.scoring),
        ]
        for reader in readers { _ = try await log.readAll(reader) }
        return readers
    }

    /// Settles, and lets all read something newer, until the claims hold for them: those of transactions that have ended.
    private static func settle(_ readers: [LogConsumer], _ log: LogFixture) async throws -> Int {
        let count = try await log.settle()
        while true {
            let id = "settled \(ContinuousClock.now)"
            _ = try await log.appender.append([LogFixture.event(id)], organization: .default)
            #expect(try await read(readers, log) == [[id], [id], [id]])
            if try await log.areBehindSettledMonths() { return count }
            // A transaction of another database of the server has been open since.
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    /// What readers see, of two that share the work together.
    private static func read(_ readers: [LogConsumer], _ log: LogFixture) async throws -> [[String]] {
        // The first remembers where it stands, the second does not.
        let fresh = log.consumer("two")
        #expect(RememberedLook(of: readers[0].memory.peek(), by: readers[0], limit: 100) != nil)
        return [
            try await log.wake(readers[0]), try await log.readAll(fresh, limit: 1),
            try await log.readAll(readers[2]) + log.readAll(readers[3]),
        ]
    }

    @Test func `what comes into a settled month is read, however it is read`() async throws {
        try await Self.run { (log) async throws in
            let readers = try await Self.readers(log)
            #expect(try await Self.settle(readers, log) == 3)
            #expect(try await log.settle() == 0)
            #expect(try await log.settled() == ["2024-02-01", "2024-03-01", "2024-04-01"])
            try await log.record("late", month: 2)
            #expect(try await log.settled() == ["2024-02-01"])
            #expect(try await Self.read(readers, log) == [["late"], ["late"], ["late"]])
            #expect(try await Self.settle(readers, log) == 2)
            try await log.record("later", month: 3)
            #expect(try await Self.read(readers, log) == [["later"], ["later"], ["later"]])
            try await log.record("even later", month: 1)
            #expect(try await log.settled() == [])
            #expect(try await Self.read(readers, log) == [["even later"], ["even later"], ["even later"]])
        }
    }

    @Test func `a settled month is not asked`() async throws {
        try await Self.run { (log) async throws in
            let readers = try await Self.readers(log)
            #expect(try await Self.settle(readers, log) == 3)
            // Behind everybody's back: it can only be read by asking the month.
            try await log.database.pool.execute("DROP TRIGGER month_is_settled ON log.event_2024_02")
            try await log.record("unseen", month: 2)
            #expect(try await Self.read(readers, log) == [[], [], []])
            // The first look at several pages asks all, and tells what the others needn't.
            try await log.database.pool.execute("DELETE FROM log.event_2024_02 WHERE id = 'unseen'")
            _ = try await log.appender.append(LogFixture.events(0..<5), organization: .default)
            try await log.record("unseen", month: 2)
            #expect(try await log.readAll(log.consumer("two"), limit: 2) == (0..<5).map(String.init))
            // With the claim, the reason is gone.
            try await log.database.pool.execute("DELETE FROM log.settled")
            #expect(try await log.readAll(log.consumer("one"), limit: 2) == (0..<5).map(String.init) + ["unseen"])
        }
    }

    @Test func `the index of a settled month is not looked into`() async throws {
        try await Self.run { (log) async throws in
            #expect(try await log.scans().february > 0)
            #expect(try await log.settle() == 3)
            repeat {
                _ = try await log.appender.append([LogFixture.event("\(ContinuousClock.now)")], organization: .default)
                _ = try await log.scans()
            } while try await !log.areBehindSettledMonths()
            let before = try await log.scans()
            _ = try await log.appender.append(LogFixture.events(0..<3), organization: .default)
            let after = try await log.scans()
            #expect(after.february == before.february)
            #expect(after.now >= before.now + 6)
        }
    }

    @Test func `who stands before a month was settled reads all of it`() async throws {
        try await Self.run { (log) async throws in
            let slow = log.consumer("slow")
            _ = try await slow.withBatch(limit: 1) { _, _ in }
            #expect(try await log.settle() == 3)
            #expect(try await log.readAll(slow, limit: 2) == ["02", "03", "today"])
            #expect(try await log.readAll(log.consumer("new"), limit: 2) == ["01", "02", "03", "today"])
        }
    }

    @Test func `a transaction that was in progress at the last look is read, settled or not`() async throws {
        try await Self.run { (log) async throws in
            let readers = try await Self.readers(log)
            try await log.database.pool.withConnection { writer in
                try await writer.transaction { writer in
                    try await log.record("in progress", month: 2, writer)
                    _ = try await log.appender.append([LogFixture.event("other")], organization: .default)
                    #expect(try await Self.read(readers, log) == [["other"], ["other"], ["other"]])
                }
            }
            #expect(try await log.settle() == 3)
            let expected = ["in progress"]
            #expect(try await Self.read(readers, log) == [expected, expected, expected])
        }
    }

    @Test func `what comes into a settled month while its target is read is read after it`() async throws {
        try await Self.run { (log) async throws in
            _ = try await Self.settle(try await Self.readers(log), log)
            _ = try await log.appender.append(LogFixture.events(0..<5), organization: .default)
            let reader = log.consumer("two")
            for page in [["0", "1"], ["2", "3"]] {
                _ = try await reader.withBatch(limit: 2) { _, events in #expect(events.map(\.event.identity.id) == page)
                }
            }
            // The rest of the target has been read ahead.
            try await log.record("late", month: 2)
            _ = try await log.appender.append([LogFixture.event("next")], organization: .default)
            #expect(try await log.readAll(reader, limit: 2) == ["4", "late", "next"])
        }
    }

    @Test func `who writes while months are settled unsettles them`() async throws {
        try await Self.run { (log) async throws in
            let readers = try await Self.readers(log)
            let writing = try await log.database.pool.withTransaction { settling in
                #expect(try await LogPartitions.settle(settling) == 3)
                let writing = Task { try await log.record("waited", month: 2) }
                try await log.waitForLockWaiter()
                return writing
            }
            try await writing.value
            #expect(try await log.settled() == ["2024-02-01"])
            #expect(try await Self.read(readers, log) == [["waited"], ["waited"], ["waited"]])
        }
    }

    @Test func `a month that is in use is left for the next time, with those after it`() async throws {
        try await Self.run { (log) async throws in
            try await log.database.pool.execute("ALTER FUNCTION log.settle_months() SET lock_timeout = '100ms'")
            try await log.database.pool.withTransaction { writer in
                try await log.record("open", month: 2, writer)
                #expect(try await log.settle() == 1)
                #expect(try await log.settled() == ["2024-02-01"])
            }
            try await log.database.pool.withTransaction { writer in
                try await log.record("open", year: 2022, month: 1, writer)
                let error = await #expect(throws: PostgresError.self) { try await log.settle() }
                #expect(error?.sqlState == .lockNotAvailable)
            }
            #expect(try await log.settle() == 3, "the last one has unsettled the first")
        }
    }

    @Test func `a month of which nobody knows what came into it is settled anew`() async throws {
        try await Self.run { (log) async throws in
            #expect(try await log.settle() == 3)
            try await log.database.pool.execute("DROP TRIGGER month_is_settled ON log.event_2024_02")
            try await log.record("unwatched", month: 2)
            #expect(try await log.settle() == 2)
            #expect(try await log.readAll(log.consumer()).contains("unwatched"))
        }
    }

    @Test func `a transaction that was open at the settling is read if it writes later`() async throws {
        try await Self.run { (log) async throws in
            let consumer = log.consumer()
            #expect(try await log.readAll(consumer).count == 4)
            try await log.database.pool.withTransaction { writer in
                // Has an id, and nothing in a month that is over.
                try await writer.insert("elsewhere")
                #expect(try await log.settle() == 3)
                #expect(try await log.readAll(consumer) == [])
                try await log.record("after", month: 3, writer)
                #expect(try await log.settled().count == 3, "not committed yet")
                #expect(try await log.readAll(consumer) == [])
            }
            #expect(try await log.readAll(consumer).sorted() == ["after", "elsewhere"])
        }
    }

    @Test func `an event that is taken back leaves the claim`() async throws {
        try await Self.run { (log) async throws in
            #expect(try await log.settle() == 3)
            await #expect(throws: Unexpected.self) {
                try await log.database.pool.withTransaction { writer in
                    try await log.record("never", month: 1, writer)
                    throw Unexpected("on purpose")
                }
            }
            #expect(try await log.settled().count == 3)
            let error = await #expect(throws: PostgresError.self) {
                try await log.database.pool.withTransaction(isolation: .repeatableRead) { writer in
                    try await log.record("never", month: 1, writer)
                }
            }
            #expect(error?.sqlState?.code == "55000")
        }
    }

    @Test func `what belongs into no month, or into one that is made afterwards, is read`() async throws {
        try await Self.run { (log) async throws in
            let readers = try await Self.readers(log)
            #expect(try await Self.settle(readers, log) == 3)
            try await log.record("default", year: 2023, month: 12)
            #expect(try await log.count("log.event_default") == 1)
            #expect(try await Self.read(readers, log) == [["default"], ["default"], ["default"]])
            #expect(try await Self.settle(readers, log) == 3)
            try await log.record("moved", year: 2023, month: 12)
            let made = try await log.database.pool.query("SELECT log.create_partitions('2023-11-01', '2024-04-01')")
            #expect(try made.only().int4(0) == 3, "November, December and April")
            #expect(try await log.count("log.event_2023_12") == 2)
            #expect(try await Self.read(readers, log) == [["moved"], ["moved"], ["moved"]])
            #expect(try await Self.settle(readers, log) == 6)
            _ = try await log.database.pool.query("SELECT log.create_partitions('2023-10-01', '2023-10-01')")
            try await log.record("made", year: 2023, month: 10)
            #expect(try await Self.read(readers, log) == [["made"], ["made"], ["made"]])
        }
    }

    @Test func `a month that was archived before it was settled comes back settled`() async throws {
        try await Self.run { (log) async throws in
            let readers = try await Self.readers(log)
            try await log.database.pool.withConnection { connection in
                try await LogArchive(connection).archive("2024-02")
                #expect(try await Self.settle(readers, log) == 2)
                try await LogArchive(connection).restore("2024-02")
            }
            #expect(try await log.settled() == ["2024-02-01", "2024-04-01"])
            try await log.record("restored", month: 2)
            #expect(try await log.settled() == ["2024-02-01"])
            #expect(try await Self.read(readers, log) == [["restored"], ["restored"], ["restored"]])
        }
    }

    @Test func `in another era all is settled anew`() async throws {
        try await Self.run { (log) async throws in
            #expect(try await log.settle() == 3)
            try await log.database.pool.execute("UPDATE log.settled SET era = era - 1")
            #expect(try await log.settle() == 3)
            #expect(try await log.settle() == 0)
        }
    }
}

extension LogFixture {
    /// As the clock would have it that has been set back.
    fileprivate func record(_ id: String, year: Int = 2024, month: Int, _ connection: Connection? = nil) async throws {
        let statement = Statement(
            """
            INSERT INTO log.event (organization_id, era, recorded, identity, type, source, id, time, data)
            SELECT 1, onus.current_era(), make_timestamptz($1, $2, 15, 0, 0, 0, 'UTC'), gen_random_uuid(), 11, 'test', $3,
                now(), '{"manager":"max","person":"ann","kind":"review"}'
            """,
            [.int4(Int32(year)), .int4(Int32(month)), .text(id)])
        if let connection {
            _ = try await connection.query(statement.sql, statement.bindings)
        } else {
            _ = try await database.pool.query(statement.sql, statement.bindings)
        }
    }

    /// As a worker reads that was woken.
    fileprivate func wake(_ consumer: LogConsumer) async throws -> [String] {
        var ids: [String] = []
        while case .handled(let read, _, _) = try await consumer.withBatch(
            limit: 100, { _, events in events.map(\.event.identity.id) })
        {
            ids += read
        }
        return ids
    }

    /// Reads in each way, by processes that end.
    ///
    /// - Returns: How often the tails of February 2024 and of this month were looked into by such processes so far.
    fileprivate func scans() async throws -> (february: Int64, now: Int64) {
        let name = "scans"
        let pool = PostgresPool(
            configuration: ConnectionConfiguration(
                url: database.url + "?options=-c%20role%3Donus_scoring", applicationName: name),
            size: 0...4, acquireTimeout: .seconds(60), logger: Self.logger)
        let one = LogConsumer(name: "one", pool: pool)
        for _ in 0..<2 { _ = try await wake(one) }
        _ = try await readAll(LogConsumer(name: "two", pool: pool), limit: 1)
        // The other half has nothing to read, and so stands where it began.
        let half = try await database.pool.query("SELECT log.shard_of(1, NULL, false, 2)").only().int4(0)
        _ = try await readAll(
            LogConsumer(name: "half", shard: LogShard(Int16(half), of: 2, by: .organization), pool: pool))
        await pool.close()
        // A process hands in its statistics when it ends.
        while try await database.pool.query(
            "SELECT FROM pg_stat_activity WHERE application_name = $1 AND datname = current_database()", [.text(name)]
        ).count > 0 {
            try await Task.sleep(for: .milliseconds(20))
        }
        let row = try await database.pool.query(
            """
            SELECT pg_stat_get_numscans('log.event_2024_02_era_xid_seq_idx'::regclass),
                pg_stat_get_numscans(to_char(now() AT TIME ZONE 'UTC', '"log.event_"YYYY_MM"_era_xid_seq_idx"')::regclass)
            """
        ).only()
        return (try row.int8(0), try row.int8(1))
    }

    fileprivate func settle() async throws -> Int {
        try await ingestion.withConnection { try await LogPartitions.settle($0) }
    }

    /// Whether the positions' snapshots begin behind all claims, of those that are moved by each event.
    fileprivate func areBehindSettledMonths() async throws -> Bool {
        try await database.pool.query(
            """
            SELECT bool_and(pg_snapshot_xmin(p.snapshot) >= (SELECT s.xid FROM log.settled AS s ORDER BY s.xid DESC LIMIT 1))
            FROM log.position AS p WHERE p.shard = 0 AND p.consumer IN ('one', 'two')
            """
        ).only().bool(0)
    }

    /// Ends of the months that are claimed to be settled.
    fileprivate func settled() async throws -> [String] {
        try await database.pool.query("SELECT (before AT TIME ZONE 'UTC')::date::text FROM log.settled ORDER BY before")
            .map { try $0.text(0) }
    }
}
