import EventLog
import Models
import Schema

extension ConsoleStore {
    /// How many of a state a page lists.
    static let quarantinePage = 50

    /// The quarantine of an organisation, with its minimisation rules, in one transaction.
    func withQuarantine<Value: Sendable>(
        _ organization: OrganizationID,
        _ body: @Sendable (QuarantineDesk, MinimisationRules) async throws -> Value
    ) async throws -> Value {
        try await within(organization) { connection in
            let names = try await Organizations(connection).find(organization)?.minimisedNames
            return try await body(
                QuarantineDesk(connection, organization: organization),
                names.map { MinimisationRules(names: Set($0)) } ?? .standard)
        }
    }
}
