import ArgumentParser
import Postgres
import Schema
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
}
