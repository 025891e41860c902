import Logging
package import Postgres

/// A database of its own for one test case, on the server of `ONUS_TEST_DATABASE_URL`.
package struct TestDatabase: Sendable {
    package let name: String
    /// A superuser's URI.
    package let url: String
    /// Connects as the superuser, at most eight times.
    package let pool: PostgresPool

    package var configuration: ConnectionConfiguration {
        // Patient: databases are made beside, and the machine may be small.
        ConnectionConfiguration(url: url, applicationName: "onus-test", connectTimeout: .seconds(30))
    }

    /// Runs `body` with an empty database, dropped afterwards.
    @discardableResult
    package static func withEmpty<Value>(_ body: (TestDatabase) async throws -> Value) async throws -> Value {
        try await with(template: "template0", body)
    }

    static func with<Value>(
        template: String, _ body: (TestDatabase) async throws -> Value
    ) async throws -> Value {
        let server = try TestEnvironment.serverURL
        let administrator = ConnectionConfiguration(
            url: server, applicationName: "onus-test", connectTimeout: .seconds(30))
        let name = "onus_test_\(UUIDBytes.random())".split(separator: "-").joined()
        try await once(administrator) { try await $0.create(name, template: template) }
        let url = URLs.replacingDatabase(of: server, with: name)
        let pool = PostgresPool(
            configuration: ConnectionConfiguration(
                url: url, applicationName: "onus-test", connectTimeout: .seconds(30)), size: 0...8,
            acquireTimeout: .seconds(30), logger: TestEnvironment.logger)
        let outcome: Result<Value, any Error>
        do {
            outcome = .success(try await body(TestDatabase(name: name, url: url, pool: pool)))
        } catch {
            outcome = .failure(error)
        }
        await pool.close()
        // A cancelled test drops its database too.
        try await Task {
            try await once(administrator) { connection in
                _ = try await connection.execute("DROP DATABASE IF EXISTS \(name) WITH (FORCE)")
            }
        }.value
        return try outcome.get()
    }

    /// Runs `body` with a connection of its own.
    static func once<Value>(
        _ configuration: ConnectionConfiguration, _ body: (Connection) async throws -> Value
    ) async throws -> Value {
        let connection = try await Connection.connect(configuration, logger: TestEnvironment.logger)
        do {
            let value = try await body(connection)
            await connection.close()
            return value
        } catch {
            await connection.close()
            throw error
        }
    }
}

extension Connection {
    /// Copies a template. PostgreSQL refuses that while anybody is connected to it, for example
    /// autovacuum: then again, for a while.
    nonisolated func create(_ database: String, template: String) async throws {
        var attempts = 0
        while true {
            do {
                // File copies make a database faster here than logging every page does.
                try await execute("CREATE DATABASE \(database) TEMPLATE \(template) STRATEGY file_copy")
                return
            } catch {
                guard error.sqlState == .objectInUse, attempts < 50 else { throw error }
                attempts += 1
                try await Task.sleep(for: .milliseconds(100))
            }
        }
    }
}
