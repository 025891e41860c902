import EventLog
import Models
import Postgres
import Support
import Testing

@Suite(.timeLimit(.minutes(5))) struct BacklogTests {
    private func backlog(_ log: LogFixture) async throws -> LogBacklog { try await LogBacklog.read(log.ingestion) }

    @Test func `ingestion's role learns how far scoring is behind, and no name that nobody reads by holds it up`()
        async throws
    {
        try await LogFixture.run { log in
            #expect(try await backlog(log) == LogBacklog(events: 0, oldest: nil))
            _ = try await log.appender.append(LogFixture.events(1...3), organization: .default)
            // Scoring never read: the whole log is unread to it.
            #expect(try await backlog(log).events == 3)
            let (slow, forgotten) = (log.consumer("scoring"), log.consumer("forgotten"))
            _ = try await forgotten.withBatch(limit: 1) { _, _ in }
            _ = try await slow.withBatch(limit: 1) { _, _ in }
            #expect(try await backlog(log).events == 2)
            _ = try await log.appender.append(LogFixture.events(4...10), organization: .default)
            #expect(try await backlog(log).events == 9)
            let oldest = try await log.database.pool.query(
                "SELECT recorded FROM log.event ORDER BY seq LIMIT 1 OFFSET 1")
            let first = Instant(try oldest.only().timestamptz(0))
            #expect(try await backlog(log).oldest == first)
            #expect(try await log.readAll(slow).count == 9)
            #expect(try await backlog(log) == LogBacklog(events: 0, oldest: nil))
        }
    }

    @Test func `events of a transaction that was open when scoring read count once it has committed`() async throws {
        try await LogFixture.run { log in
            let scoring = log.consumer("scoring")
            _ = try await log.readAll(scoring)
            try await log.database.pool.withConnection { late in
                try await late.transaction { late in
                    for number in 0..<3 { try await late.insert("late \(number)") }
                    _ = try await log.appender.append(LogFixture.events(0..<5), organization: .default)
                    #expect(try await log.readAll(scoring).count == 5)
                    #expect(try await backlog(log) == LogBacklog(events: 0, oldest: nil))
                }
            }
            let late = try await backlog(log)
            #expect(late.events == 3 && late.oldest != nil)
            _ = try await scoring.withBatch(limit: 1) { _, _ in }
            _ = try await log.appender.append(LogFixture.events(5..<9), organization: .default)
            #expect(try await backlog(log).events == 6)
            #expect(try await log.readAll(scoring).count == 6)
            #expect(try await backlog(log).events == 0)
        }
    }

    /// Appends more than the log counts one by one.
    private func appendMany(_ log: LogFixture, from first: Int = 0) async throws {
        _ = try await log.appender.append(LogFixture.events(first..<first + 2_500), organization: .default)
    }

    @Test func `a large backlog is told by its numbers, never too low`() async throws {
        try await LogFixture.run { log in
            // A transaction with an old id whose numbers are the highest.
            try await log.database.pool.withConnection { old in
                try await old.transaction { old in
                    try await old.insert("first")
                    try await appendMany(log)
                    try await old.insert("last")
                }
            }
            let behind = try await backlog(log).events
            #expect(behind >= 2_502 && behind < 2_600)
            let scoring = log.consumer("scoring")
            _ = try await scoring.withBatch(limit: 100) { _, _ in }
            let left = try await backlog(log).events
            #expect(left >= 2_402 && left < 2_600)
            _ = try await log.readAll(scoring, limit: 1_000)
            #expect(try await backlog(log).events == 0)
            // What is late counts beside an estimate.
            try await log.database.pool.withConnection { late in
                try await late.transaction { late in
                    for number in 0..<3 { try await late.insert("late \(number)") }
                    try await appendMany(log, from: 2_500)
                    _ = try await scoring.withBatch(limit: 100) { _, _ in }
                }
            }
            let last = try await backlog(log).events
            #expect(last >= 2_403 && last < 2_600)
            #expect(try await log.readAll(scoring, limit: 1_000).count == 2_403)
        }
    }
}
