import EventLog
import Logging
import Models
import Postgres
import Support
import Testing

/// Writers that take their time: real transactions that stay open beside others.
@Suite(.timeLimit(.minutes(5))) struct OpenWriterTests {
    @Test(arguments: [1, 3, 100])
    func `a writer that stays open delays its own events and nobody else's`(limit: Int) async throws {
        try await LogFixture.run { log in
            let elsewhere = try await OtherOrganization.make(log)
            let consumer = log.consumer()
            try await log.database.pool.withConnection { writer in
                try await writer.transaction { writer in
                    try await writer.insert("open")
                    for round in 0..<5 {
                        let here = LogFixture.events(round * 10..<round * 10 + 4)
                        let there = [LogFixture.event("elsewhere-\(round)")]
                        _ = try await log.appender.append(here, organization: LogFixture.organization)
                        _ = try await log.appender.append(there, organization: elsewhere)
                        let read = try await log.readAll(consumer, limit: limit)
                        let appended = (here + there).map(\.identity.id)
                        #expect(read.sorted() == appended.sorted())
                        #expect(try await consumer.hasUnread() == false)
                    }
                }
            }
            #expect(try await log.readAll(consumer, limit: limit) == ["open"])
            #expect(try await log.readAll(consumer, limit: limit) == [])
        }
    }

    @Test(arguments: [1, 2, 100])
    func `writers that end in another order than they began are each read once, as soon as they have committed`(
        limit: Int
    ) async throws {
        try await LogFixture.run { log in
            let consumer = log.consumer()
            var writers: [(id: String, connection: Connection)] = []
            for number in 0..<6 {
                let writer = try await Connection.connect(log.database.configuration, logger: LogFixture.logger)
                try await writer.execute("BEGIN")
                try await writer.insert("\(number)")
                writers.append(("\(number)", writer))
            }
            #expect(try await log.readAll(consumer, limit: limit) == [])
            // The one in the middle never was.
            for place in [5, 0, 3, 2, 4, 1] {
                let isAborted = place == 3
                try await writers[place].connection.execute(isAborted ? "ROLLBACK" : "COMMIT")
                #expect(try await log.readAll(consumer, limit: limit) == (isAborted ? [] : [writers[place].id]))
            }
            for writer in writers { await writer.connection.close() }
            #expect(try await log.readAll(consumer, limit: limit) == [])
        }
    }

    @Test func `a transaction that only holds an id holds up no event`() async throws {
        try await LogFixture.run { log in
            let consumer = log.consumer()
            try await log.database.pool.withConnection { foreign in
                try await foreign.transaction { foreign in
                    // Of another application: it has an id and writes nothing to the log.
                    _ = try await foreign.query("SELECT pg_current_xact_id()::text")
                    for round in 0..<20 {
                        _ = try await log.appender.append([LogFixture.event("\(round)")], organization: .default)
                        #expect(try await log.readAll(consumer) == ["\(round)"])
                    }
                    // Read, and not counted as unread again because of it.
                    let lag = try await log.scoring.withConnection { try await LogStatus($0).lags() }
                    #expect(lag.map(\.unread) == [0])
                }
            }
            #expect(try await log.readAll(consumer) == [])
        }
    }

    @Test func `an event that is sent again while its first writer is open waits for that writer alone`() async throws {
        try await LogFixture.run { log in
            let event = LogFixture.event("twice")
            let consumer = log.consumer()
            let again = try await log.database.pool.withConnection { writer in
                try await writer.transaction { writer in
                    try await writer.execute(
                        "INSERT INTO log.identity (organization_id, identity) VALUES (1, $1)",
                        [.uuid(event.identity.hash)])
                    let again = Task { try await log.appender.append([event], organization: .default) }
                    try await log.waitForLockWaiter()
                    _ = try await log.appender.append(LogFixture.events(1...3), organization: .default)
                    #expect(try await log.readAll(consumer).count == 3)
                    return again
                }
            }
            #expect(try await again.value.isNew == [false])
        }
    }

    @Test func `a consumer whose listener is cut off again and again misses nothing`() async throws {
        try await LogFixture.run { log in
            let wakeUp = log.wakeUp()
            let appender = EventAppender(pool: log.ingestion, wakeUp: wakeUp)
            // An hour: an event that only the poll would find runs into the suite's limit.
            let sleeper = Sleeper(
                pool: log.scoring, configuration: log.configuration(role: "onus_scoring"), consumer: "test",
                interval: .seconds(3600), logger: LogFixture.logger)
            let consumer = log.consumer()
            let rounds = 12
            let read = try await withThrowingTaskGroup(of: [String]?.self) { group in
                group.addTask {
                    try await wakeUp.run()
                    return nil
                }
                group.addTask {
                    try await sleeper.run()
                    return nil
                }
                group.addTask {
                    var ids: [String] = []
                    while ids.count < rounds {
                        _ = try await sleeper.sleep { try await consumer.hasUnread() }
                        ids += try await log.readAll(consumer)
                    }
                    return ids
                }
                for number in 0..<rounds {
                    try await log.waitUntilAsleep()
                    try await log.cutListeners()
                    _ = try await appender.append(LogFixture.events([number]), organization: .default)
                    try await log.waitUntilRead(number + 1)
                }
                while let result = try await group.next() {
                    if let result {
                        group.cancelAll()
                        return result
                    }
                }
                return []
            }
            #expect(read == (0..<rounds).map { "\($0)" })
        }
    }
}

extension LogFixture {
    /// Ends the sessions of this database that listen.
    fileprivate func cutListeners() async throws {
        _ = try await database.pool.query(
            """
            SELECT pg_terminate_backend(pid)::text FROM pg_stat_activity
            WHERE datname = current_database() AND query LIKE 'LISTEN%'
            """)
    }

    /// Waits until the consumer has nothing left of so many events.
    func waitUntilRead(_ count: Int) async throws {
        while true {
            let lags = try await scoring.withConnection { try await LogStatus($0).lags() }
            if lags.first?.unread == 0, try await self.count("log.event") == count { return }
        }
    }
}
