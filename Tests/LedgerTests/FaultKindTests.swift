import EventLog
import Models
import Postgres
import Testing

@testable import Ledger

/// What an error says of whose fault it is: by this an event is set aside, an organisation withheld, or all waits.
@Suite struct FaultKindTests {
    @Test(arguments: ["22003", "22P02", "23514", "23505", "54000"])
    func `a value that the database refuses is the value's fault`(_ code: String) {
        #expect(server(code).fault == .value)
    }

    @Test(arguments: ["40001", "40P01", "42501", "53100", "55P03", "57014", "57P01", "0A000", "XX000"])
    func `whatever else the database says is the surroundings' fault`(_ code: String) {
        #expect(server(code).fault == .surroundings)
    }

    @Test func `an error of the server's without a code is the surroundings' fault`() {
        #expect(PostgresError(.server, "no code").fault == .surroundings)
    }

    @Test(arguments: [
        PostgresError.Kind.connectionFailed, .connectionLost, .cancelled, .poolExhausted, .closed, .protocol,
    ])
    func `a connection that fails is the surroundings' fault, whatever code came before`(_ kind: PostgresError.Kind) {
        #expect(PostgresError(kind, "gone", sqlState: SQLState("22003")).fault == .surroundings)
    }

    @Test func `what is stored and can't be read is the fault of what is stored`() {
        #expect(PostgresError(.decoding, "not a number").fault == .stored)
        #expect(LedgerError.unreadablePack(unit: "p1").fault == .stored)
        #expect(LedgerError.unreadableTally(subject: "m").fault == .stored)
    }

    @Test func `an event that this build can't read is waited for, not skipped`() {
        let unreadable = LogError.unreadable(organization: .default, hash: UUIDBytes(high: 0, low: 1), detail: "newer")
        #expect(unreadable.fault == .surroundings)
        #expect(CancellationError().fault == .surroundings)
    }

    private func server(_ code: String) -> PostgresError {
        PostgresError(.server, "refused", sqlState: SQLState(code))
    }
}
