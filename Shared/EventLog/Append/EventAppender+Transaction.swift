package import Models
package import Postgres

extension EventAppender {
    /// Appends within a transaction that the caller has opened and will commit, together with rows of its own.
    ///
    /// Whoever calls this tells ``WakeUp`` after the commit, and ends the transaction within a minute of its start:
    /// `--known-at` trusts that what was recorded a minute ago is there.
    ///
    /// - Parameter events: No identity twice.
    /// - Returns: How many were new.
    package static func append(
        _ events: [ValidatedEvent], organization: OrganizationID, in transaction: Connection
    ) async throws(PostgresError) -> Int {
        guard !events.isEmpty else { return 0 }
        let append = AppendStatements(organization: organization, entries: events.map(LogEntry.init))
        return append.count - (try await transaction.pipeline(append.all).last?.count ?? 0)
    }
}
