package import Models
package import Postgres

extension EventAppender {
    /// Appends within a transaction that the caller has opened and will commit, together with rows of its own.
    ///
    /// Whoever calls this tells ``WakeUp`` after the commit, and ends the transaction within a minute of its start:
    /// `--known-at` trusts that what was recorded a minute ago is there.
    ///
    /// - Parameters:
    ///   - events: No identity twice.
    ///   - tiers: What the process knows of the identities' tiers. Which are closed is asked in any case, since a refusal
    ///     would cost the whole transaction.
    /// - Returns: How many were new.
    /// - Throws: ``PostgresError``; where it says ``PostgresError/isRetryable`` the whole transaction is worth another try.
    package static func append(
        _ events: [ValidatedEvent], organization: OrganizationID, in transaction: Connection,
        tiers: IdentityTiers = IdentityTiers()
    ) async throws(PostgresError) -> Int {
        guard !events.isEmpty else { return 0 }
        let entries = events.map(LogEntry.init)
        let standing = try tiers.learn(
            try await transaction.pipeline([AppendStatements.settings(for: organization), IdentityTiers.look])[1])
        let looks = IdentityTiers.looks(for: standing.suspects(among: entries.map(\.hash)), of: organization)
        let old = looks.isEmpty ? [] : try IdentityTiers.known(try await transaction.pipeline(looks))
        let fresh = old.isEmpty ? entries : entries.filter { !old.contains($0.hash) }
        guard !fresh.isEmpty else { return 0 }
        let append = AppendStatements(organization: organization, entries: fresh, tier: standing.open)
        return append.count - (try await transaction.pipeline(append.all).last?.count ?? 0)
    }
}
