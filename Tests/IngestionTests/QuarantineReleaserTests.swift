import EventLog
import Models
import Postgres
import Schema
import ServiceKit
import Support
import Testing

@testable import Ingestion

@Suite struct QuarantineReleaserTests {
    @Test func `what an operator approves is in the log, as ingestion's own role may put it there`() async throws {
        try await IngestionHarness.run { harness in
            #expect(try await harness.post(event(data: #"{"person":"p"}"#)).status == 422)
            #expect(try await harness.post(event("2", data: #"{"role":"r"}"#)).status == 422)
            _ = try await harness.database.pool.execute(
                """
                UPDATE log.quarantine SET state = 'approved', settled_by = 'olga',
                    fixed = CASE event_id WHEN '1' THEN replace(body, '"p"', '"p","role":"r"') END
                """)
            let url = "\(harness.database.url)?options=-c%20role%3Donus_ingestion"
            let pool = PostgresPool(
                configuration: ConnectionConfiguration(url: url, applicationName: "onus-test"), size: 0...2,
                logger: TestEnvironment.logger)
            let releaser = QuarantineReleaser(
                pool: pool, rules: RulesCache(pool: pool), wakeUp: WakeUp(pool: pool, logger: TestEnvironment.logger),
                logger: TestEnvironment.logger)
            #expect(try await releaser.releaseAll() == 1)
            #expect(try await releaser.releaseAll() == 0)
            await pool.close()
            #expect(try await harness.texts("SELECT id FROM log.event") == ["1"])
            #expect(
                try await harness.texts(
                    "SELECT concat_ws(' ', event_id, state, settled_by) FROM log.quarantine ORDER BY id")
                    == ["1 released olga", "2 held"])
            // Sent right by its source, it is a duplicate.
            #expect(try await harness.post(event(data: #"{"person":"p","role":"r"}"#)).duplicates == 1)
        }
    }
}
