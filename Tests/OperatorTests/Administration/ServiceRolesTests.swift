import Postgres
import Schema
import ServiceKit
import Support
import Testing

@testable import Operator

@Suite(.timeLimit(.minutes(5)))
struct ServiceRolesTests {
    /// Makes the role under a name of the test's own, as roles belong to the whole server.
    private static func withRole(
        of service: ServiceName, _ body: (TestDatabase, String, ServicePassword) async throws -> Void
    ) async throws {
        try await TestDatabase.withEmpty { database in
            _ = try await database.pool.withConnection { try await Migrator($0).migrate() }
            let name = "onus_role_\(UUIDBytes.random())".split(separator: "-").joined()
            let password = ServicePassword.random()
            let made = try await database.pool.withConnection {
                try await ServiceRoles($0).create(service, name: name, password: password)
            }
            #expect(made == name)
            try await body(database, name, password)
            _ = try await database.pool.execute("DROP ROLE \(name)")
        }
    }

    @Test func `a login role belongs to its service and to no other`() async throws {
        try await Self.withRole(of: .scoring) { database, name, password in
            let url = try DatabaseURL(database.url).with(user: name, password: password.text)
            let connection = try await Connection.connect(
                ConnectionConfiguration(url: url), logger: TestEnvironment.logger)
            #expect(try await ServiceRoles(connection).isMember(of: .scoring))
            #expect(try await ServiceRoles(connection).isMember(of: .console) == false)
            await connection.close()
        }
    }

    @Test func `a superuser counts as no service's role`() async throws {
        try await TestDatabase.withEmpty { database in
            _ = try await database.pool.withConnection { try await Migrator($0).migrate() }
            #expect(
                try await database.pool.withConnection { try await ServiceRoles($0).isMember(of: .scoring) } == false)
        }
    }

    @Test func `making a role again gives it the new password's verifier`() async throws {
        try await Self.withRole(of: .ingestion) { database, name, password in
            let before = try await Self.verifier(of: name, in: database)
            let second = ServicePassword.random()
            _ = try await database.pool.withConnection {
                try await ServiceRoles($0).create(.ingestion, name: name, password: second)
            }
            let after = try await Self.verifier(of: name, in: database)
            #expect(before == password.verifier)
            #expect(after == second.verifier)
        }
    }

    private static func verifier(of role: String, in database: TestDatabase) async throws -> String {
        try await database.pool.query("SELECT rolpassword FROM pg_authid WHERE rolname = $1", [.text(role)])
            .only().text(0)
    }
}
