import Models
import Postgres
import Support
import Synchronization
import Testing

@testable import EventLog

/// What a consumer with a backlog reads while it works.
@Suite(.timeLimit(.minutes(5))) struct ReadAheadTests {
    @Test func `two pages are read at once, and each event is handed over once, in order`() async throws {
        try await LogFixture.run { log in
            for start in stride(from: 0, to: 45, by: 5) {
                _ = try await log.appender.append(LogFixture.events(start..<start + 5), organization: .default)
            }
            let consumer = log.consumer()
            var ids: [String] = []
            var pages: [Int] = []
            while case .handled(let batch, _, _) = try await consumer.withBatch(
                limit: 4, { _, events in events.map(\.event.identity.id) })
            {
                ids += batch
                pages.append(consumer.memory.peek().looks.count)
                // What comes meanwhile is behind the target, and read when that is reached.
                if ids.count == 20 {
                    _ = try await log.appender.append(LogFixture.events(45..<50), organization: .default)
                }
            }
            #expect(ids == (0..<50).map(String.init))
            #expect(pages.prefix(9) == [0, 2, 1, 2, 1, 2, 1, 2, 1])
        }
    }

    @Test func `a batch that fails, or that another worker has taken, comes again with what was read ahead`()
        async throws
    {
        try await LogFixture.run { log in
            _ = try await log.appender.append(LogFixture.events(0..<60), organization: .default)
            let workers = [log.consumer(), log.consumer()]
            var generator = SplitMix(seed: 7)
            var ids: [String] = []
            while ids.count < 60 {
                let worker = workers[Int.random(in: 0...1, using: &generator)]
                let fails = Int.random(in: 0...3, using: &generator) == 0
                do {
                    let outcome = try await worker.withBatch(limit: 3) { _, events in
                        if fails { throw Unexpected("as asked for") }
                        return events.map(\.event.identity.id)
                    }
                    if case .handled(let batch, _, _) = outcome { ids += batch }
                } catch is Unexpected {
                    continue
                }
            }
            #expect(ids == (0..<60).map(String.init))
            #expect(try await log.readAll(log.consumer()) == [])
        }
    }

    @Test func `pages of large events have fewer, so that a consumer needs no more memory for them`() async throws {
        try await LogFixture.run { log in
            let note = String(repeating: "x", count: 50_000)
            let data = try JSONParser.parse(
                #"{"manager":"max","person":"ann","kind":"one_on_one","note":"\#(note)"}"#)
            for start in stride(from: 0, to: 700, by: 100) {
                _ = try await log.appender.append(
                    (start..<start + 100).map { LogFixture.event("\($0)", data: data) }, organization: .default)
            }
            for start in stride(from: 700, to: 3_500, by: 700) {
                _ = try await log.appender.append(LogFixture.events(start..<start + 700), organization: .default)
            }
            let consumer = log.consumer()
            var ids: [String] = []
            var pages: [Int] = []
            while case .handled(let batch, _, _) = try await consumer.withBatch(
                limit: 600, { _, events in events.map(\.event.identity.id) })
            {
                ids += batch
                pages.append(batch.count)
            }
            #expect(ids == (0..<3_500).map(String.init))
            // Five hundred of 50 kB tell that of these 167 are enough. The last of them come with small ones.
            #expect(pages.starts(with: [ReadAhead.firstPage, 167]))
            #expect(pages.max() == 600)
        }
    }

    @Test func `a batch whose connection is lost does not wait for what is read beside it`() async throws {
        try await LogFixture.run { log in
            _ = try await log.appender.append(LogFixture.events(0..<60), organization: .default)
            let consumer = log.consumer()
            var handled = 0
            while consumer.memory.peek().looks.count != 1 {
                guard case .handled(let count, _, _) = try await consumer.withBatch(limit: 3, { $1.count }) else {
                    throw Unexpected("nothing left")
                }
                handled += count
            }
            try await log.database.pool.withTransaction { blocker in
                try await blocker.execute("LOCK TABLE log.event IN ACCESS EXCLUSIVE MODE")
                let error = await #expect(throws: PostgresError.self) {
                    _ = try await consumer.withBatch(limit: 3) { connection, _ in
                        try await log.waitForLockWaiter()
                        let pid = await connection.backendPID
                        try await log.database.pool.execute("SELECT pg_terminate_backend($1)", [.int4(pid)])
                        _ = try await connection.query("SELECT pg_sleep(60)::text")
                    }
                }
                #expect(error?.isConnectionLoss == true || error?.kind == .closed)
            }
            #expect(try await log.readAll(log.consumer()) == (handled..<60).map(String.init))
        }
    }

    @Test func `a page that does not begin where the one before it has ended tells nothing`() async throws {
        try await LogFixture.run { log in
            _ = try await log.appender.append(LogFixture.events(0..<12), organization: .default)
            let consumer = log.consumer()
            // Within a target, as wherever it is known that more is to come.
            guard case .handled = try await consumer.withBatch(limit: 2, { _, _ in }) else {
                throw Unexpected("nothing")
            }
            let position = try #require(consumer.memory.peek().position)
            #expect(position.target != nil)
            func look(isBeyond: Bool) async throws -> LogLook {
                var statements = LookStatements(
                    position: position, shard: .whole, settled: nil, limit: 3, isAlone: true)
                statements.isBeyond = isBeyond
                return try statements.look(try await log.scoring.pipeline(statements.all)[...])
            }
            let page = try await look(isBeyond: false)
            #expect(try page.events().map(\.event.identity.id) == ["2", "3", "4"])
            let next = try #require(try await look(isBeyond: true).page(after: page))
            #expect(try next.events().map(\.event.identity.id) == ["5", "6", "7"])
            #expect(next.position == (try page.next()))
            #expect(next.isFull)
            // Nothing but an operator's own hand removes an event; it must not have another one passed over.
            try await log.database.pool.execute("DELETE FROM log.event WHERE id = '3'")
            #expect(try await look(isBeyond: true).page(after: page) == nil)
        }
    }
}
