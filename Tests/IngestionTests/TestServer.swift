import Postgres
import ServiceKit
import Support

/// The server that holds the tests' databases, for what can't be done from within one of them.
enum TestServer {
    static func execute(_ sql: String) async throws {
        let connection = try await Connection.connect(
            ConnectionConfiguration(url: try TestEnvironment.serverURL), logger: TestEnvironment.logger)
        do {
            _ = try await connection.query(sql)
            await connection.close()
        } catch {
            await connection.close()
            throw error
        }
    }
}
