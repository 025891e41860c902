internal import Ledger
internal import Models
internal import Postgres
internal import ServiceKit

extension OrganizationOptions {
    /// Answers from the facts, on all cores; where they are too far from the log, from that, and says so.
    ///
    /// - Parameter connection: Of ``withOrganization(_:)``.
    func fromFacts<Value>(
        _ id: OrganizationID, _ connection: Connection, _ answer: (BulkEvaluation) async throws -> Value,
        orFromLog answerFromLog: () async throws -> Value
    ) async throws -> Value {
        do {
            return try await database.withConnections(Cores.count - 1) { helpers in
                try await answer(BulkEvaluation(id, using: connection, helpers))
            }
        } catch let reason as BulkUnavailable {
            Terminal.note("onus: from the log, which takes longer: \(reason)")
        }
        return try await answerFromLog()
    }
}
