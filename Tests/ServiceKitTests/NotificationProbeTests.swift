import Postgres
import Support
import Testing

@testable import ServiceKit

@Suite(.timeLimit(.minutes(5))) struct NotificationProbeTests {
    @Test func `the probe says whether notifications arrive`() async throws {
        try await TestDatabase.withEmpty { database in
            let here = NotificationProbe(
                configuration: database.configuration, pool: database.pool, logger: TestEnvironment.logger)
            #expect(try await here.arrives(within: .seconds(60)))
            // As behind a pooler: what is sent goes to another place than where one listens.
            let elsewhere = NotificationProbe(
                configuration: ConnectionConfiguration(url: try TestEnvironment.serverURL), pool: database.pool,
                logger: TestEnvironment.logger)
            #expect(try await elsewhere.arrives(within: .milliseconds(300)) == false)
        }
    }
}
