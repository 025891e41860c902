internal import ArgumentParser
internal import Logging
internal import Postgres
internal import ServiceKit

/// Which database a command works on.
struct DatabaseOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The PostgreSQL database, as its owner; else ONUS_DATABASE_URL, else the nearest .onus/env upwards.",
            valueName: "uri"))
    var databaseUrl: String?

    /// The URL by the order that `--help` states.
    ///
    /// - Throws: ``CommandFailure`` (64) where nothing names a database.
    func url() throws(CommandFailure) -> Secret {
        let named = databaseUrl ?? ProcessEnvironment.variables["ONUS_DATABASE_URL"].flatMap { $0.isEmpty ? nil : $0 }
        guard let url = named ?? StateFolder.nearest()?.value(of: "ONUS_DATABASE_URL") else {
            throw .usage(
                "expected --database-url, ONUS_DATABASE_URL or a .onus/env in this folder or above, got none of them")
        }
        guard ["postgresql://", "postgres://"].contains(where: url.hasPrefix) else {
            throw .usage("database-url: expected a URI, postgresql://…")
        }
        return Secret(url)
    }

    /// Opens a connection for as long as `body` runs.
    func withConnection<Value>(_ body: (Connection) async throws -> Value) async throws -> Value {
        let configuration = ConnectionConfiguration(url: try url().exposed, applicationName: "onus")
        let connection = try await Connection.connect(configuration, logger: CommandLog.logger)
        do {
            let value = try await body(connection)
            await connection.close()
            return value
        } catch {
            await connection.close()
            throw error
        }
    }
    /// Opens some connections for as long as `body` runs.
    func withConnections<Value>(_ count: Int, _ body: ([Connection]) async throws -> Value) async throws -> Value {
        try await withConnections(count, beside: [], body)
    }

    private func withConnections<Value>(
        _ count: Int, beside open: [Connection], _ body: ([Connection]) async throws -> Value
    ) async throws -> Value {
        guard open.count < count else { return try await body(open) }
        return try await withConnection { connection in
            try await withConnections(count, beside: open + [connection], body)
        }
    }
}
