import Logging
import Models
import Postgres
import Support
import Testing

@testable import EventLog
@testable import Ingestion

@Suite(.timeLimit(.minutes(2))) struct IdentityKeeperTests {
    @Test func `it closes the tier that is large, and has its filter at hand`() async throws {
        try await IngestionHarness.run { harness in
            let body = (0..<200).map { event("\($0)") }.joined(separator: "\n")
            #expect(try await harness.post(body, linesType).accepted == 200)
            let tiers = IdentityTiers()
            // With the rights that it has in the service.
            let pool = PostgresPool(
                configuration: ConnectionConfiguration(
                    url: "\(harness.database.url)?options=-c%20role%3Donus_ingestion", applicationName: "keeper"),
                size: 0...2, acquireTimeout: .seconds(30), logger: TestEnvironment.logger)
            let keeper = IdentityKeeper(pool: pool, tiers: tiers, size: 100, logger: TestEnvironment.logger)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await keeper.run() }
                while tiers.measure.closed == 0 || tiers.measure.withoutFilter > 0 {
                    try await Task.sleep(for: .milliseconds(10))
                }
                group.cancelAll()
                try await group.waitForAll()
            }
            let appended = try await EventAppender(pool: pool, wakeUp: nil, tiers: tiers).append(
                try (150..<250).map { try EventReader.read(try JSONParser.parse(event("\($0)"))) },
                organization: .default)
            #expect(appended.isNew == (150..<250).map { $0 >= 200 })
            await pool.close()
            #expect(tiers.measure.closed == 1 && tiers.measure.filterBytes > 0)
            let again = try await harness.post(body, linesType)
            #expect(again.accepted == 0 && again.duplicates == 200)
            #expect(try await harness.number("SELECT count(*) FROM log.event") == 250)
        }
    }
}
