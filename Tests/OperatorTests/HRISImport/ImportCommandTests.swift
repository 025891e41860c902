import Foundation
import Models
import Postgres
import Schema
import Support
import Testing

@testable import Operator

/// What `onus import hris` refuses before it reads a row.
@Suite(.timeLimit(.minutes(5))) struct ImportCommandTests {
    /// Imports a file of one person, without sending anything.
    private func importing(
        _ arguments: [String], _ database: TestDatabase, environment: [String: String] = [:]
    ) async throws -> (code: Int32, error: String) {
        let file = FileManager.default.temporaryDirectory.appending(path: "onus-\(UUID()).csv").path
        defer { try? FileManager.default.removeItem(atPath: file) }  // of a temporary folder
        try Data((HRISImports.header + "1,A,A,,X,,,2020-01-01,,\n").utf8).write(to: URL(filePath: file))
        let process = try TestProcess.built(
            "onus", ["import", "hris", file, "--dry-run", "--database-url", database.url] + arguments,
            environment: environment)
        return (await process.wait(), process.errorOutput)
    }

    @Test func `a snapshot speaks of a day up to today`() async throws {
        try await TestDatabase.withMigrated { database in
            for day in ["2999-12-31", "2020-02-30", "yesterday"] {
                let refused = try await importing(["--leavers", "leave", "--as-of", day], database)
                #expect(refused.code == 64 && refused.error.contains("as-of: expected a date"), "\(day)")
            }
            #expect(try await importing(["--leavers", "leave", "--as-of", "2020-02-29"], database).code == 0)
        }
    }

    @Test func `nobody leaves by a file of changes`() async throws {
        try await TestDatabase.withMigrated { database in
            let refused = try await importing(["--delta", "--leavers", "leave"], database)
            #expect(refused.code == 64)
        }
    }

    @Test func `a token of another organisation than the one that is compared is refused`() async throws {
        try await TestDatabase.withMigrated { database in
            let (own, foreign) = try await database.pool.withConnection { connection in
                let other = try await Organizations(connection).create(name: "other")
                let tokens = Tokens(connection)
                return (
                    try await tokens.create(name: "own", role: .integration, organization: .default).value,
                    try await tokens.create(name: "foreign", role: .integration, organization: other).value
                )
            }
            #expect(try await importing([], database, environment: ["ONUS_TOKEN": own]).code == 0)
            for token in [foreign, "onus_guess"] {
                let refused = try await importing([], database, environment: ["ONUS_TOKEN": token])
                #expect(refused.code == 1 && refused.error.contains("not one of the organisation default"))
            }
        }
    }
}
