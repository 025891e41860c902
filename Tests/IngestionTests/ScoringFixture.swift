import EventLog
import Postgres
import Support

/// A consumer of the log beside the service, under scoring's role.
enum ScoringFixture {
    static func consumer(_ database: TestDatabase) async throws -> LogConsumer {
        let configuration = ConnectionConfiguration(
            url: database.url + "?options=-c%20role%3Donus_scoring", applicationName: "onus_scoring")
        return LogConsumer(
            name: "scoring",
            pool: PostgresPool(
                configuration: configuration, size: 0...2, acquireTimeout: .seconds(60), logger: TestEnvironment.logger),
            patience: .seconds(60))
    }
}
