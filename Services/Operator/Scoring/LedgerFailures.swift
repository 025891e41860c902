internal import EventLog
internal import Ledger
internal import Postgres

/// Gives the ledger's and the log's errors the exit codes of the contract.
func withLedgerFailures<Value>(_ body: () async throws -> Value) async throws -> Value {
    do {
        return try await body()
    } catch let error as LedgerError {
        switch error {
        case .unknownPolicy, .policyInThePast, .notYetKnown, .unknownOrganization:
            throw CommandFailure.usage("\(error)")
        case .unreadableFact, .unreadablePack, .unreadableTally, .unreadablePolicy,
            .factsPresent:
            throw CommandFailure.negative("\(error)")
        }
    } catch LogError.database(let error) {
        throw error
    } catch let error as LogError {
        throw CommandFailure.negative("\(error)")
    }
}
