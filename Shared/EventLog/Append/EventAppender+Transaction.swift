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
    /// - Throws: ``PostgresError``; where it says ``PostgresError/isRetryable`` the whole transaction is worth another try.
    package static func append(
        _ events: [ValidatedEvent], organization: OrganizationID, in transaction: Connection
    ) async throws(PostgresError) -> Int {
        guard !events.isEmpty else { return 0 }
        let entries = events.map(LogEntry.init)
        // Learned first, and then looked into all: see `IdentityTier.lookForOpen`.
        let found = try await transaction.pipeline([
            .working(for: organization), IdentityTier.lookForOpen,
            KnownIdentities.look(among: entries.map(\.hash), organization: organization),
        ])
        var old: Set<UUIDBytes> = []
        for row in found[2] { old.insert(try row.uuid(0)) }
        let fresh = entries.filter { !old.contains($0.hash) }
        guard !fresh.isEmpty else { return 0 }
        let append = AppendStatements(organization: organization, entries: fresh, tier: try IdentityTier(found[1]))
        return append.count - (try await transaction.pipeline(append.all).last?.count ?? 0)
    }
}
