import EventLog
import Ledger
import Models
import Postgres
import Support
import Testing

/// A migrated database, and a login role of scoring's group for it.
struct ScoringDatabase {
    let database: TestDatabase
    private let role: String

    static func with<Value>(_ body: (ScoringDatabase) async throws -> Value) async throws -> Value {
        try await TestDatabase.withMigrated { database in
            let role = "\(database.name)_scoring"
            _ = try await database.pool.execute("CREATE ROLE \(role) LOGIN IN ROLE onus_scoring")
            do {
                let value = try await body(ScoringDatabase(database: database, role: role))
                _ = try await database.pool.execute("DROP ROLE \(role)")
                return value
            } catch {
                _ = try await database.pool.execute("DROP ROLE \(role)")
                throw error
            }
        }
    }

    /// Starts the service on a port that the system chooses.
    func start() throws -> TestProcess {
        try TestProcess.built(
            "onus-scoring",
            environment: [
                "ONUS_DATABASE_URL": URLs.replacingUser(of: database.url, with: role), "ONUS_PORT": "0",
            ])
    }

    func append(_ events: [ValidatedEvent]) async throws {
        _ = try await EventAppender(pool: database.pool, wakeUp: nil).append(events, organization: .default)
        _ = try await WakeUp(pool: database.pool, patience: .seconds(60), logger: TestEnvironment.logger).send()
    }

    func waitUntilScored(atMost limit: Duration = .seconds(120)) async throws {
        let deadline = ContinuousClock.now + limit
        try await database.pool.withConnection { connection in
            let progress = try await ScoringProgress.begin(.default, on: connection)
            while try await !progress.isDone(connection) {
                try #require(ContinuousClock.now < deadline, "not scored in time")
                try await Task.sleep(for: .milliseconds(20))
            }
        }
    }

    func count(_ table: String) async throws -> Int {
        try await database.pool.query("SELECT count(*) FROM \(table)").only().int(0)
    }
}
