import Glibc
import Logging
import Postgres

/// The database that the environment names (`ONUS_DATABASE_URL`).
enum BenchDatabase {
    static let logger = Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() }

    static func configuration() throws -> ConnectionConfiguration {
        guard let url = getenv("ONUS_DATABASE_URL") else {
            throw PostgresError(.connectionFailed, "ONUS_DATABASE_URL: expected a database URL, got none")
        }
        return ConnectionConfiguration(url: String(cString: url), applicationName: "bench")
    }

    static func pool() throws -> PostgresPool {
        PostgresPool(configuration: try configuration(), size: 0...4, logger: logger)
    }
}
