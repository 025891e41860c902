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
            // Nobody ever read: nobody is behind.
            #expect(try await backlog(log).events == 0)
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
}
