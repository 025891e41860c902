import Models
import Postgres
import Support
import Testing

@testable import EventLog

@Suite(.timeLimit(.minutes(5))) struct RememberedLookTests {
    /// Reads as a worker that is woken does, until nothing is left.
    private func read(_ consumer: LogConsumer) async throws -> [String] {
        var ids: [String] = []
        while true {
            let outcome = try await consumer.withBatch(limit: 100) { _, events in events.map(\.event.identity.id) }
            guard case .handled(let read, _, _) = outcome else { return ids }
            ids += read
        }
    }

    private func append(_ ids: Int..., to log: LogFixture) async throws {
        _ = try await log.appender.append(LogFixture.events(ids), organization: LogFixture.organization)
    }

    private func remembers(_ consumer: LogConsumer) -> Bool {
        RememberedLook(of: consumer.memory.peek(), by: consumer, limit: 100) != nil
    }

    @Test func `a worker that has caught up takes its position and reads on in one statement`() async throws {
        try await LogFixture.run { log in
            let consumer = log.consumer()
            #expect(!remembers(consumer))
            try await append(1, 2, to: log)
            #expect(try await read(consumer) == ["1", "2"])
            for number in 3...5 {
                #expect(remembers(consumer))
                try await append(number, to: log)
                #expect(try await read(consumer) == ["\(number)"])
            }
        }
    }

    @Test func `a transaction that was in progress at the last look is read when it has committed`() async throws {
        try await LogFixture.run { log in
            let consumer = log.consumer()
            try await log.database.pool.withConnection { late in
                try await late.transaction { late in
                    try await late.insert("late")
                    try await append(1, to: log)
                    #expect(try await read(consumer) == ["1"])
                    #expect(remembers(consumer))
                    try await append(2, to: log)
                    #expect(try await read(consumer) == ["2"])
                }
            }
            #expect(remembers(consumer))
            try await append(3, to: log)
            #expect(try await read(consumer) == ["late", "3"])
        }
    }

    @Test func `two workers that each remember where they stood read each event once`() async throws {
        try await LogFixture.run { log in
            let workers = [log.consumer(), log.consumer()]
            for worker in workers { _ = try await read(worker) }
            var expected: [String] = []
            var found: [String] = []
            for number in 0..<40 {
                try await append(number, to: log)
                expected.append("\(number)")
                found += try await read(workers[Int.random(in: 0...1)])
                if number % 10 == 9 {
                    // The positions' tables change places meanwhile.
                    try await log.database.pool.execute("SELECT log.rotate_acks('0 s', 0)")
                }
            }
            #expect(found == expected)
        }
    }

    @Test func `where anything is not as remembered, nothing is read`() async throws {
        try await LogFixture.run { log in
            let consumer = log.consumer()
            try await append(1, to: log)
            #expect(try await read(consumer) == ["1"])
            try await append(2, to: log)
            let position = try await log.database.pool.query("SELECT n, snapshot::text FROM log.position").only()
            let number = try position.int8(0)
            let snapshot = try position.text(1)
            func taken(
                run: String = ServerRun.sql, number other: Int64? = nil, era: Int = 1, snapshot text: String? = nil
            ) async throws -> Int {
                try await log.scoring.withTransaction { connection in
                    try await connection.query(
                        "SELECT FROM log.take_unread('test', 4000, \(run), $1, \(era), $2::text::pg_snapshot, 100)",
                        [.int8(other ?? number), .text(text ?? snapshot)]
                    ).count
                }
            }
            // The snapshot, and the event.
            #expect(try await taken() == 2)
            #expect(try await taken(run: "'another'") == 0)
            #expect(try await taken(number: number - 1) == 0)
            #expect(try await taken(number: number + 1) == 0)
            #expect(try await taken(era: 2) == 0)
            #expect(try await taken(snapshot: "1:1:") == 0)
            let isHeld = try await log.consumer().withPosition { _ in try await taken() == 0 }
            #expect(isHeld == true)
            // The position stands in the table that is written into no more, until it moves or is copied.
            try await log.database.pool.execute(
                "SELECT setval('log.ack_slot', (SELECT last_value + 1 FROM log.ack_slot))")
            #expect(try await taken() == 2)
            #expect(try await taken(number: number - 1) == 0)
            #expect(try await read(consumer) == ["2"])
            // Now it stands in both, and the newer one counts.
            #expect(try await taken() == 0)
        }
    }
}
