import EventLog
import Models
import Postgres
import Support
import Testing

/// Where consumers stand takes little room, whatever goes on elsewhere in the cluster.
@Suite(.timeLimit(.minutes(5))) struct PositionTests {
    @Test func `under a foreign transaction positions stay small and leave no dead rows`() async throws {
        try await LogFixture.run { log in
            try await log.database.pool.withTransaction(isolation: .repeatableRead) { foreign in
                // It has a snapshot and a transaction id: nothing that dies from here on may be removed.
                _ = try await foreign.query("SELECT pg_current_xact_id()::text")
                try await log.database.pool.withConnection { worker in
                    try await worker.script(
                        """
                        DO $$
                        BEGIN
                            FOR number IN 1..20000 LOOP
                                PERFORM FROM log.take_position('busy', 0::int2, false, 0);
                                PERFORM log.acknowledge(
                                    'busy', 0::int2, number, 1, pg_current_snapshot(), NULL, NULL, NULL);
                                COMMIT;
                                IF number % 200 = 0 THEN
                                    PERFORM log.rotate_acks('0 s');
                                    COMMIT;
                                END IF;
                            END LOOP;
                        END
                        $$
                        """)
                    let sizes = try await worker.query(
                        """
                        SELECT sum(pg_total_relation_size(c.oid))::int8 / current_setting('block_size')::int8
                        FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
                        WHERE n.nspname = 'log' AND c.relkind IN ('r', 'S') AND c.relname NOT LIKE 'event%'
                            AND c.relname NOT IN ('identity', 'quarantine')
                        """)
                    #expect(try sizes.only().int8(0) < 100)
                    _ = try await worker.query("SELECT pg_stat_force_next_flush()::text")
                    let dead = try await worker.query(
                        "SELECT coalesce(sum(n_dead_tup), 0)::int8 FROM pg_stat_user_tables WHERE schemaname = 'log'")
                    #expect(try dead.only().int8(0) == 0)
                }
            }
            let position = try await log.database.pool.query("SELECT n FROM log.position WHERE consumer = 'busy'")
            #expect(try position.only().int8(0) == 20_000)
        }
    }

    @Test func `where consumers stand is found by key, however many positions could not be removed yet`() async throws {
        try await LogFixture.run { log in
            try await log.database.pool.execute(
                """
                INSERT INTO log.ack_0 (n, consumer, shard, snapshot)
                SELECT n, consumer, shard, '1:1:' FROM generate_series(1, 5000) AS n, (VALUES
                    ('a', 0::int2), ('b', 0::int2), ('b', 1::int2), ('b', 2::int2)) AS c (consumer, shard)
                """)
            try await log.database.pool.execute(
                "INSERT INTO log.ack_1 (n, consumer, shard, snapshot) VALUES (5001, 'b', 1, '2:2:'), (9, 'c', 0, '1:1:')"
            )
            let stand = try await log.database.pool.query(
                "SELECT format('%s%s=%s', consumer, shard, n) FROM log.position ORDER BY consumer, shard")
            #expect(try stand.map { try $0.text(0) } == ["a0=5000", "b0=5000", "b1=5001", "b2=5000", "c0=9"])
            let plan = try await log.database.pool.query(
                "EXPLAIN (ANALYZE, BUFFERS, TIMING off, SUMMARY off) SELECT * FROM log.position")
            let lines = try plan.map { try $0.text(0) }
            let hits = try #require(lines.prefix(2).joined().firstMatch(of: /shared hit=(\d+)/))
            let pages = try #require(Int(hits.1))
            #expect(pages < 100, "\(lines.joined(separator: "\n"))")
        }
    }

    @Test func `positions that move from table to table under several workers lose and repeat nothing`() async throws {
        try await LogFixture.run { log in
            _ = try await log.appender.append(LogFixture.events(0..<300), organization: .default)
            let idle = log.consumer("idle")
            #expect(try await log.readAll(idle).count == 300)
            let read = try await withThrowingTaskGroup(of: [String].self) { group in
                group.addTask {
                    // As often as it can be done, with no patience and from the first row on.
                    while !Task.isCancelled {
                        _ = try await log.database.pool.query("SELECT log.rotate_acks('0 s', 1)")
                    }
                    return []
                }
                let workers = try await withThrowingTaskGroup(of: [String].self) { workers in
                    for _ in 0..<3 {
                        workers.addTask {
                            let consumer = log.consumer()
                            var ids: [String] = []
                            while true {
                                switch try await consumer.withBatch(
                                    limit: 2, { _, events in events.map(\.event.identity.id) })
                                {
                                case .handled(let batch, _, _): ids += batch
                                case .busy: await Task.yield()
                                case .caughtUp: return ids
                                }
                            }
                        }
                    }
                    return try await workers.reduce(into: [String]()) { $0 += $1 }
                }
                group.cancelAll()
                return workers
            }
            #expect(read.count == 300)
            #expect(Set(read).count == 300)
            #expect(try await log.readAll(log.consumer()) == [])
            #expect(try await log.readAll(log.consumer("idle")) == [])
            #expect(try await log.readAll(idle) == [])
        }
    }

    @Test func `a position that goes to the other table between two looks for it is found`() async throws {
        try await LogFixture.run { log in
            _ = try await log.appender.append(LogFixture.events(0..<5), organization: .default)
            #expect(try await log.readAll(log.consumer()).count == 5)
            // Written is the other table from here on, and the position lies in the first.
            #expect(try await log.database.pool.query("SELECT log.rotate_acks('0 s', 1)").only().bool(0))
            let again = try await log.database.pool.withConnection { rotating in
                try await rotating.transaction { rotating in
                    // Whoever looks has found nothing in the written table, and waits here for the other.
                    try await rotating.execute("LOCK TABLE log.ack_0 IN ACCESS EXCLUSIVE MODE")
                    let again = Task { try await log.readAll(log.consumer()) }
                    try await log.waitForLockWaiter()
                    // As two calls in two transactions would, while the one that looks stands still.
                    for _ in 0..<2 {
                        #expect(try await rotating.query("SELECT log.rotate_acks('0 s')").only().bool(0))
                    }
                    return again
                }
            }
            #expect(try await again.value == [])
            #expect(try await log.count("log.ack_0") == 0)
        }
    }

    @Test func `no acknowledgement waits behind a rotation that waits for one`() async throws {
        try await LogFixture.run { log in
            try await log.database.pool.withTransaction { worker in
                // Of a batch whose handler has not ended.
                _ = try await worker.query("SELECT FROM log.take_position('busy', 0::int2, false, 0)")
                _ = try await worker.query(
                    "SELECT log.acknowledge('busy', 0::int2, 1, 1, '1:1:', NULL, NULL, NULL)::text")
                let rotation = Task {
                    try await log.database.pool.query("SELECT log.rotate_acks('0 s', 0)").only().bool(0)
                }
                _ = try await log.appender.append(LogFixture.events(0..<50), organization: .default)
                try await log.database.pool.withConnection { other in
                    // Less than a rotation that waits used to wait.
                    try await other.execute("SET lock_timeout = '900ms'")
                    for number in 1...50 {
                        try await other.transaction { other in
                            _ = try await other.query("SELECT FROM log.take_position('other', 0::int2, false, 0)")
                            _ = try await other.query(
                                "SELECT log.acknowledge('other', 0::int2, \(number), 1, '1:1:', NULL, NULL, NULL)::text"
                            )
                        }
                    }
                    try await other.execute("RESET lock_timeout")
                }
                #expect(try await rotation.value == false)
                // Nor for long where the table has grown far beyond its size.
                #expect(try await log.database.pool.query("SELECT log.rotate_acks('0 s', 1)").only().bool(0) == false)
            }
            #expect(try await log.database.pool.query("SELECT log.rotate_acks('0 s', 0)").only().bool(0))
        }
    }

    @Test func `a look that finds nothing writes nothing`() async throws {
        try await LogFixture.run { log in
            let consumer = log.consumer()
            _ = try await log.appender.append(LogFixture.events(0..<3), organization: .default)
            #expect(try await log.readAll(consumer).count == 3)
            let before = try await log.database.pool.query("SELECT pg_snapshot_xmax(pg_current_snapshot())").only()
            #expect(try await log.readAll(consumer) == [])
            #expect(try await log.readAll(log.consumer()) == [])
            let after = try await log.database.pool.query("SELECT pg_snapshot_xmax(pg_current_snapshot())").only()
            // Of the whole cluster; other tests may run beside.
            let moved = try await log.database.pool.query(
                "SELECT n, updated FROM log.position WHERE consumer = 'test'"
            ).only()
            #expect(try moved.int8(0) == 1)
            #expect(try after.xid8(0) >= before.xid8(0))
        }
    }

    @Test func `a position is acknowledged by nobody but its holder`() async throws {
        try await LogFixture.run { log in
            _ = try await log.appender.append(LogFixture.events(0..<2), organization: .default)
            _ = try await log.consumer().withBatch(limit: 9) { _, _ in
                await #expect(throws: PostgresError.self) {
                    try await log.scoring.query(
                        "SELECT log.acknowledge('test', 0::int2, 1, 1, '1:1:', NULL, NULL, NULL)::text")
                }
            }
            #expect(try await log.readAll(log.consumer()) == [])
        }
    }

    @Test func `what was read ahead is thrown away where another worker went on`() async throws {
        try await LogFixture.run { log in
            _ = try await log.appender.append(LogFixture.events(0..<12), organization: .default)
            let (first, second) = (log.consumer(), log.consumer())
            var read: [String] = []
            while true {
                // Each reads its next two ahead, and finds that the other one had them.
                var count = 0
                for consumer in [first, second] {
                    if case .handled(let ids, _, _) = try await consumer.withRawBatch(
                        limit: 2, { _, batch in try batch.map { try $0.id() } })
                    {
                        read += ids
                        count += ids.count
                    }
                }
                if count == 0 { break }
            }
            #expect(read == (0..<12).map(String.init))
        }
    }

    @Test func `a backlog is read once, by its index, by a consumer that made its plans on an empty log`() async throws
    {
        try await LogFixture.run { log in
            let consumer = log.consumer()
            for _ in 0..<8 {
                #expect(try await log.readAll(consumer) == [])
                #expect(try await consumer.hasUnread() == false)
            }
            _ = try await log.database.pool.execute(
                """
                INSERT INTO log.event (organization_id, era, identity, type, source, id, time, data)
                SELECT 1, 1, gen_random_uuid(), 11, 'test', n::text, now(), '{}' FROM generate_series(1, 20000) AS n
                """)
            var count = 0
            while case .handled(let read, _, _) = try await consumer.withRawBatch(limit: 100, { $1.count }) {
                count += read
            }
            #expect(count == 20_000)
            // The server counts a session's reads at its end.
            await log.scoring.close()
            while true {
                let reads = try await log.database.pool.query(
                    """
                    SELECT coalesce(sum(i.idx_tup_read), 0)::int8, coalesce(sum(t.seq_scan), 0)::int8
                    FROM pg_stat_user_tables AS t JOIN pg_stat_user_indexes AS i USING (relid)
                    WHERE t.schemaname = 'log' AND t.relname LIKE 'event%' AND i.indexrelname LIKE '%xid_seq%'
                    """
                ).only()
                guard try reads.int8(0) >= 20_000 else { continue }
                #expect(try reads.int8(0) < 45_000)
                #expect(try reads.int8(1) == 0)
                break
            }
        }
    }
}
