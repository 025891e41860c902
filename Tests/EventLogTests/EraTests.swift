import EventLog
import Models
import Postgres
import Schema
import Support
import Testing

/// What happens after a restore into another cluster, where transaction ids count from the start again. Told to the
/// database by another system identifier and by rows with high ids, as an old cluster would have left them.
@Suite(.timeLimit(.minutes(5))) struct EraTests {
    private func old(_ id: String, xid: Int, _ log: LogFixture) async throws {
        try await log.database.pool.execute(
            """
            INSERT INTO log.event (organization_id, era, xid, identity, type, source, id, time, data)
            SELECT 1, 1, $2::text::xid8, gen_random_uuid(), 11, 'test', $1, now(),
                '{"manager":"max","person":"ann","kind":"review"}'
            """,
            [.text(id), .text("\(xid)")])
    }

    private func restore(_ log: LogFixture) async throws {
        try await log.database.pool.execute("UPDATE onus.era SET system_identifier = system_identifier + 1")
    }

    private func migrate(_ log: LogFixture) async throws {
        try await log.database.pool.withConnection { _ = try await Migrator($0).migrate() }
    }

    @Test(arguments: [1, 3, 100])
    func `the old era is read to its end, then the new one, each event once`(limit: Int) async throws {
        try await LogFixture.run { log in
            for (id, xid) in [("a", 9_000_000_001), ("b", 9_000_000_005), ("c", 9_000_000_007), ("d", 9_000_000_020)] {
                try await old(id, xid: xid, log)
            }
            // As it stood when the dump was made: a read, b still open then, c read, d beyond.
            try await log.database.pool.execute(
                "INSERT INTO log.ack_0 (consumer, n, snapshot) VALUES ('test', 1, '9000000005:9000000010:9000000005')"
            )
            try await restore(log)
            await #expect(throws: PostgresError.self) { try await log.readAll(log.consumer()) }
            try await migrate(log)
            _ = try await log.appender.append(LogFixture.events(1...2), organization: .default)
            let status = try await log.database.pool.withConnection { connection in
                try await LogStatus(connection).lags()
            }
            #expect(status.map(\.unread) == [4])
            #expect(try await log.readAll(log.consumer(), limit: limit) == ["b", "d", "1", "2"])
            _ = try await log.appender.append(LogFixture.events(3...3), organization: .default)
            #expect(try await log.readAll(log.consumer(), limit: limit) == ["3"])
            #expect(try await log.readAll(log.consumer("new"), limit: limit) == ["a", "b", "c", "d", "1", "2", "3"])
        }
    }

    @Test func `a target half read when the dump was made skips nobody`() async throws {
        try await LogFixture.run { log in
            for (id, xid) in [
                ("a", 9_000_000_001), ("open", 9_000_000_002), ("c", 9_000_000_003), ("d", 9_000_000_004),
            ] {
                try await old(id, xid: xid, log)
            }
            // The target saw "open" in progress; the cursor is beyond it; it committed before the dump.
            try await log.database.pool.execute(
                """
                INSERT INTO log.ack_0 (consumer, n, snapshot, target, cursor_xid, cursor_seq)
                SELECT 'test', 1, '9000000000:9000000000:', '9000000002:9000000005:9000000002', xid, seq
                FROM log.event WHERE id = 'c'
                """)
            try await restore(log)
            try await migrate(log)
            #expect(try await log.readAll(log.consumer(), limit: 1) == ["d", "open"])
        }
    }
}
