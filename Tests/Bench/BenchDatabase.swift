import Glibc
import Logging
import Postgres

/// The database that the environment names (`ONUS_DATABASE_URL`).
enum BenchDatabase {
    static let logger = Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() }

    /// - Parameter name: What the connections are called.
    static func configuration(as name: String = "bench") throws -> ConnectionConfiguration {
        guard let url = getenv("ONUS_DATABASE_URL") else {
            throw PostgresError(.connectionFailed, "ONUS_DATABASE_URL: expected a database URL, got none")
        }
        return ConnectionConfiguration(url: String(cString: url), applicationName: name)
    }

    static func pool() throws -> PostgresPool {
        PostgresPool(configuration: try configuration(), size: 0...4, logger: logger)
    }
}
