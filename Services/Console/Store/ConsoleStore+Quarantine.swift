import EventLog
import Models
import Schema

extension ConsoleStore {
    /// How many of a state a page lists.
    static let quarantinePage = 50

    /// The quarantine of an organisation, with its minimisation rules, in one transaction.
    func withQuarantine<Value: Sendable>(
        _ organization: OrganizationID,
        _ body: @Sendable (QuarantineDesk, Minimisation) async throws -> Value
    ) async throws -> Value {
        try await within(organization) { connection in
            let rules = try await Organizations(connection).minimisation(of: organization) ?? .standard
            return try await body(QuarantineDesk(connection, organization: organization), rules)
        }
    }
}
