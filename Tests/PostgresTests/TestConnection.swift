import Postgres
import Support
import Testing

extension TestDatabase {
    /// Runs `body` with one connection to an empty database of its own.
    static func withConnection<Value>(
        _ change: (inout ConnectionConfiguration) -> Void = { _ in },
        _ body: (Connection) async throws -> Value
    ) async throws -> Value {
        try await withEmpty { database in
            var configuration = database.configuration
            change(&configuration)
            return try await database.withConnection(configuration, body)
        }
    }

    /// Runs `body` with one more connection to this database.
    func withConnection<Value>(
        _ configuration: ConnectionConfiguration? = nil, _ body: (Connection) async throws -> Value
    ) async throws -> Value {
        let connection = try await Connection.connect(
            configuration ?? self.configuration, logger: TestEnvironment.logger)
        do {
            let value = try await body(connection)
            await connection.close()
            return value
        } catch {
            await connection.close()
            throw error
        }
    }

    /// Waits until a query of one boolean says true: for what other processes do.
    func waitUntil(_ sql: String, _ bindings: [Binding] = []) async throws {
        // NULL is not true yet: a session that is about to wait has no wait event.
        while try await pool.query(sql, bindings).first?.optionalBool(0) != true {
            try await Task.sleep(for: .milliseconds(5))
        }
    }
}

/// The error of a call that must fail.
func failure(_ body: () async throws -> Void) async -> PostgresError? {
    do {
        try await body()
        return nil
    } catch {
        return error as? PostgresError
    }
}

/// Expects that the connection still answers.
func expectUsable(_ connection: Connection, sourceLocation: SourceLocation = #_sourceLocation) async throws {
    let rows = try await connection.query("SELECT 1")
    #expect(rows.count == 1, sourceLocation: sourceLocation)
}

/// Expects a query of one number to say that one.
func expectNumber(
    _ expected: Int64, _ sql: String, _ connection: Connection, sourceLocation: SourceLocation = #_sourceLocation
) async throws {
    let number = try await connection.query(sql).only().int8(0)
    #expect(number == expected, sourceLocation: sourceLocation)
}
