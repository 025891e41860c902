import EventLog
import Models
import Postgres
import Support
import Testing

@Suite(.timeLimit(.minutes(5))) struct ConsumeTests {
    @Test(arguments: [1, 2, 7, 100])
    func `each event is read once, in pages of any size`(limit: Int) async throws {
        try await LogFixture.run { log in
            _ = try await log.appender.append(LogFixture.events(0..<20), organization: LogFixture.organization)
            _ = try await log.appender.append(LogFixture.events(20..<23), organization: LogFixture.organization)
            let consumer = log.consumer()
            let read = try await log.readAll(consumer, limit: limit)
            #expect(Set(read).count == 23 && read.count == 23)
            #expect(try await log.readAll(consumer, limit: limit) == [])
            _ = try await log.appender.append(LogFixture.events(23..<25), organization: LogFixture.organization)
            #expect(Set(try await log.readAll(consumer, limit: limit)) == ["23", "24"])
            #expect(try await log.readAll(log.consumer("another")).count == 25)
        }
    }

    @Test func `a writer that commits late is read, once, and holds up nobody`() async throws {
        try await LogFixture.run { log in
            let consumer = log.consumer()
            try await log.database.pool.withConnection { late in
                try await late.transaction { late in
                    try await late.insert("late")
                    _ = try await log.appender.append(LogFixture.events(1...5), organization: LogFixture.organization)
                    #expect(Set(try await log.readAll(consumer, limit: 2)) == ["1", "2", "3", "4", "5"])
                    _ = try await log.appender.append(LogFixture.events(6...7), organization: LogFixture.organization)
                    #expect(Set(try await log.readAll(consumer, limit: 2)) == ["6", "7"])
                    #expect(try await consumer.hasUnread() == false)
                }
            }
            #expect(try await consumer.hasUnread())
            #expect(try await log.readAll(consumer) == ["late"])
            #expect(try await log.readAll(consumer) == [])
        }
    }

    @Test func `a writer that commits between two pages of one target is read later, once`() async throws {
        try await LogFixture.run { log in
            let consumer = log.consumer()
            try await log.database.pool.withConnection { late in
                try await late.transaction { late in
                    try await late.insert("late")
                    _ = try await log.appender.append(LogFixture.events(1...5), organization: LogFixture.organization)
                    // The cursor is now beyond the open transaction's id.
                    let outcome = try await consumer.withBatch(limit: 3) { _, events in events.count }
                    guard case .handled(3, 3, true) = outcome else { throw Unexpected("\(outcome)") }
                }
            }
            #expect(Set(try await log.readAll(consumer, limit: 3)) == ["4", "5", "late"])
        }
    }

    @Test func `an error in the body leaves the events unread`() async throws {
        try await LogFixture.run { log in
            let consumer = log.consumer()
            _ = try await log.appender.append(LogFixture.events(1...3), organization: LogFixture.organization)
            await #expect(throws: Unexpected.self) {
                _ = try await consumer.withBatch(limit: 10) { connection, events in
                    try await connection.execute("UPDATE onus.organization SET scored_day = '2026-01-01'")
                    throw Unexpected("crash")
                }
            }
            let day = try await log.database.pool.query("SELECT scored_day FROM onus.organization").only()
            #expect(try day.isNull(0))
            #expect(try await log.readAll(consumer) == ["1", "2", "3"])
        }
    }

    @Test func `two workers of one consumer never both get an event`() async throws {
        try await LogFixture.run { log in
            let writer = Task {
                for number in 0..<120 {
                    _ = try await log.appender.append(
                        LogFixture.events([number]), organization: LogFixture.organization)
                }
            }
            let read = try await withThrowingTaskGroup(of: [String].self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        var ids: [String] = []
                        var isWriting = true
                        while true {
                            let wasWriting = isWriting
                            if !wasWriting { try await writer.value }
                            switch try await log.consumer().withBatch(
                                limit: 3,
                                { _, events in
                                    events.map(\.event.identity.id)
                                })
                            {
                            case .handled(let batch, _, _): ids += batch
                            case .busy: await Task.yield()
                            case .caughtUp:
                                if !wasWriting { return ids }
                                isWriting = try await log.count("log.event") < 120
                            }
                        }
                    }
                }
                return try await group.reduce(into: [String]()) { $0 += $1 }
            }
            #expect(read.count == 120)
            #expect(Set(read).count == 120)
        }
    }

    @Test func `a worker that finds the position taken may come back later or wait`() async throws {
        try await LogFixture.run { log in
            _ = try await log.appender.append(LogFixture.events(1...2), organization: LogFixture.organization)
            let first = try await log.consumer().withBatch(limit: 1) { _, events in
                let second = try await log.consumer().withBatch(limit: 1) { _, _ in Issue.record("both have it") }
                guard case .busy = second else { throw Unexpected("\(second)") }
                return events.map(\.event.identity.id)
            }
            guard case .handled(["1"], _, _) = first else { throw Unexpected("\(first)") }
            // Waits for the lock, and then finds a position that is younger than its statement.
            let waited = try await log.consumer().withBatch(limit: 9) { _, _ in
                let waiter = Task {
                    try await log.consumer().withBatch(limit: 9, ifTaken: .wait) { _, events in
                        events.map(\.event.identity.id)
                    }
                }
                try await log.waitForLockWaiter()
                return waiter
            }
            guard case .handled(let waiter, 1, _) = waited else { throw Unexpected("\(waited)") }
            guard case .caughtUp = try await waiter.value else { throw Unexpected("read again what was read") }
            #expect(try await log.readAll(log.consumer()) == [])
        }
    }

    @Test func `a worker may compute for longer than its patience with the position in hand`() async throws {
        try await LogFixture.run { log in
            _ = try await log.appender.append(LogFixture.events(1...1), organization: LogFixture.organization)
            let consumer = LogConsumer(name: "test", pool: log.scoring, patience: .seconds(6))
            let outcome = try await consumer.withBatch(limit: 1) { _, events in
                try await Task.sleep(for: .seconds(9))
                return events.count
            }
            guard case .handled(1, _, _) = outcome else { throw Unexpected("\(outcome)") }
        }
    }

    @Test(arguments: [LogConsumer.Contention.skip, .wait])
    func `whoever has the position, however it was got, is ended after some silence`(
        contention: LogConsumer.Contention
    ) async throws {
        try await LogFixture.run { log in
            let consumer = LogConsumer(name: "test", pool: log.scoring, patience: .seconds(7))
            let limit = try await consumer.withPosition(ifTaken: contention) { connection in
                try await connection.query("SHOW idle_in_transaction_session_timeout").only().text(0)
            }
            #expect(limit == "7s")
        }
    }

    @Test(arguments: [1, 2, 5])
    func `under concurrent writers with random delays every event is read exactly once`(limit: Int) async throws {
        try await LogFixture.run { log in
            let writers = 8
            let each = 25
            let finished = Doorbell()
            let read = try await withThrowingTaskGroup(of: [String].self) { group in
                group.addTask {
                    try await withThrowingTaskGroup(of: Void.self) { writing in
                        for writer in 0..<writers {
                            writing.addTask {
                                var generator = SplitMix(seed: UInt64(writer * 31 + limit))
                                for number in 0..<each {
                                    let isAborted = Int.random(in: 0..<6, using: &generator) == 0
                                    let delay = Int.random(in: 0..<8, using: &generator)
                                    try await log.write("\(writer)/\(number)", delay: delay, isAborted: isAborted)
                                }
                            }
                        }
                        try await writing.waitForAll()
                    }
                    finished.ring()
                    return []
                }
                group.addTask {
                    let consumer = log.consumer()
                    var ids: [String] = []
                    var isFinished = false
                    while true {
                        let read = try await log.readAll(consumer, limit: limit)
                        ids += read
                        if isFinished { return ids }
                        isFinished = await finished.wait(for: .milliseconds(2))
                    }
                }
                return try await group.reduce(into: [String]()) { $0 += $1 }
            }
            let written = try await log.database.pool.query("SELECT id FROM log.event").map { try $0.text(0) }
            #expect(written.count > writers * each / 2)
            #expect(read.sorted() == written.sorted())
        }
    }
}

extension Connection {
    /// One row of the log, in the transaction under way.
    nonisolated func insert(_ id: String) async throws {
        try await execute(
            """
            INSERT INTO log.event (organization_id, era, identity, type, source, id, time, subject, data)
            SELECT 1, onus.current_era(), gen_random_uuid(), 11, 'test', $1, now(), NULL,
                '{"manager":"max","person":"ann","kind":"review"}'
            """,
            [.text(id)])
    }
}

extension LogFixture {
    /// Writes one row in a transaction that takes so many milliseconds.
    func write(_ id: String, delay: Int, isAborted: Bool) async throws {
        do {
            try await database.pool.withTransaction { connection in
                try await connection.insert(id)
                try await connection.execute("SELECT pg_sleep($1)", [.float8(Double(delay) / 1_000)])
                if isAborted { throw Unexpected("aborted on purpose") }
            }
        } catch is Unexpected {
            // Rolled back.
        }
    }
}
