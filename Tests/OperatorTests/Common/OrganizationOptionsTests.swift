import ArgumentParser
import Postgres
import Support
import Testing

@testable import Operator

@Suite(.timeLimit(.minutes(5))) struct OrganizationOptionsTests {
    private func open(_ database: TestDatabase) async throws {
        let options = try OrganizationOptions.parse(["--database-url", database.url])
        try await options.withOrganization { _, _ in }
    }

    @Test func `a schema of another build is refused in words`() async throws {
        try await TestDatabase.withMigrated { database in
            try await open(database)
            try await database.pool.execute(
                "INSERT INTO onus.migration (version, name, breaking, checksum) VALUES (9999, 'x', 'x moved', '')")
            await #expect(throws: CommandFailure.self) { try await open(database) }
            try await database.pool.execute("UPDATE onus.migration SET breaking = NULL WHERE version = 9999")
            try await open(database)
            try await database.pool.execute("DELETE FROM onus.migration WHERE version IN (70, 9999)")
            await #expect(throws: CommandFailure.self) { try await open(database) }
        }
    }
}
