import ArgumentParser
import Models
import Postgres
import Schema
import Support
import Testing

@testable import Operator

@Suite(.timeLimit(.minutes(5))) struct TokenCommandTests {
    private func onus(_ arguments: [String], _ database: TestDatabase) async throws -> (code: Int32, output: String) {
        let process = try TestProcess.built("onus", arguments + ["--database-url", database.url])
        return (await process.wait(), process.output)
    }

    @Test func `a token is made to end, listed without its secret, rotated and revoked`() async throws {
        try await TestDatabase.withMigrated { database in
            let made = try await onus(
                ["token", "create", "--name", "lms", "--role", "lms", "--expires", "90d", "--rate", "20"], database)
            #expect(made.code == 0 && made.output.hasPrefix("onus_"))
            let rotated = try await onus(["token", "rotate", "lms", "--overlap", "12h"], database)
            #expect(rotated.code == 0 && rotated.output.hasPrefix("onus_") && rotated.output != made.output)
            let list = try await onus(["token", "list"], database).output
            let lines = list.split(separator: "\n").map { $0.split(separator: " ", omittingEmptySubsequences: true) }
            #expect(lines.count == 3)
            #expect(lines.dropFirst().map { $0[2] } == ["replaced", "valid"])
            #expect(lines.dropFirst().map { $0[3] } == ["20", "20"])
            #expect(!list.contains("onus_"))
            #expect(try await onus(["token", "rotate", "nobody", "--overlap", "0s"], database).code == 1)
            #expect(try await onus(["token", "revoke", "lms"], database).output == "2\n")
            #expect(try await onus(["token", "revoke", "lms"], database).code == 1)
            let past = ["token", "create", "--name", "x", "--role", "lms", "--expires", "2020-01-01"]
            #expect(try await onus(past, database).code == 64)
        }
    }

    @Test(arguments: [
        ("90d", TokenExpiry.after(.seconds(90 * 86_400))), ("30m", .after(.seconds(1800))),
        ("2w", .after(.seconds(14 * 86_400))),
        ("2027-01-31", .at(Instant(microseconds: 1_801_353_600_000_000))),
        ("2027-01-31T12:00:00Z", .at(Instant(microseconds: 1_801_396_800_000_000))),
    ])
    func `an end is a day, an instant or a length of time`(text: String, expiry: TokenExpiry) {
        #expect(TokenExpiry(argument: text) == expiry)
    }

    @Test(arguments: [
        "", "d", "0d", "-1d", "1.5h", "1y", "90", "2027-02-30", "tomorrow", "99999999999999999999s", "5201w9",
    ])
    func `anything else is none`(text: String) {
        #expect(TokenExpiry(argument: text) == nil)
    }

    @Test(arguments: [
        ["token", "create", "--name", "x", "--role", "lms", "--rate", "0"],
        ["token", "create", "--name", "x", "--role", "lms", "--expires", "soon"],
        ["token", "rotate", "x"], ["token", "rotate", "x", "--overlap", "1"], ["token", "revoke"],
    ])
    func `wrong usage is refused before anything is done`(arguments: [String]) {
        #expect(throws: (any Error).self) { try OnusCommand.parseAsRoot(arguments) }
    }
}
