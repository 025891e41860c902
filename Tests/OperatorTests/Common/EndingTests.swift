import ArgumentParser
import Foundation
import Postgres
import Schema
import Support
import Testing

@testable import Operator

struct EndingTests {
    @Test func `an unreachable database ends with 69, wherever it is noticed`() {
        let lost = PostgresError(.connectionFailed, "refused")
        #expect(Ending.code(of: lost) == 69)
        #expect(Ending.code(of: PostgresError(.connectionLost, "gone")) == 69)
        #expect(Ending.code(of: SchemaError.database(lost, version: nil)) == 69)
        #expect(Ending.code(of: CommandFailure.unavailable("ingestion is away")) == 69)
    }

    @Test func `a negative result ends with 1`() {
        #expect(Ending.code(of: CommandFailure.negative("no")) == 1)
        #expect(Ending.code(of: PostgresError(.server, "refused")) == 1)
        #expect(Ending.code(of: SchemaError.busy) == 1)
    }

    @Test(arguments: [
        ["token", "create", "--name", "n", "--role", "boss"], ["contact", "set"], ["nonsense"], ["send"],
        ["organization", "create", "a", "--colour", "red"],
    ])
    func `wrong usage ends with 64`(arguments: [String]) {
        #expect {
            _ = try OnusCommand.parseAsRoot(arguments)
        } throws: { error in
            Ending.code(of: error) == 64
        }
        #expect(Ending.code(of: CommandFailure.usage("no")) == 64)
    }

    @Test func `a result that can't be written whole is no success`() async throws {
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let onus = URL(filePath: own).deletingLastPathComponent().appending(path: "onus").path
        let command = "\"$0\" generate --people 5 --days 3 --until 2026-03-01 --seed 1"
        // A device that is always full, and a reader that has gone: only the first is a loss.
        let full = try TestProcess("/bin/bash", ["-c", "\(command) >/dev/full", onus])
        #expect(await full.wait() == 1)
        #expect(full.errorOutput.contains("No space left"))
        let whole = try TestProcess("/bin/bash", ["-c", "\(command) >/dev/null", onus])
        #expect(await whole.wait() == 0)
    }
}
