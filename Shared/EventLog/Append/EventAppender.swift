package import Models
package import Postgres

/// Appends events to the log: one transaction a batch, durable when it returns, each identity once.
package struct EventAppender: Sendable {
    let pool: PostgresPool
    let wakeUp: WakeUp?
    let tiers: IdentityTiers

    /// - Parameters:
    ///   - wakeUp: Told after each commit that stored something new; `nil`: consumers find out by polling.
    ///   - tiers: What the process knows of the identities' tiers; whoever keeps them up shares it.
    package init(pool: PostgresPool, wakeUp: WakeUp?, tiers: IdentityTiers = IdentityTiers()) {
        self.pool = pool
        self.wakeUp = wakeUp
        self.tiers = tiers
    }

    /// Appends a batch, all or nothing. Events whose identity the organisation has already, or that stands earlier in
    /// the batch, are duplicates and change nothing. Personal learning goes behind the privacy wall and never into
    /// the log.
    ///
    /// - Parameter events: Any number; a caller with many (an endless stream) sends some thousands at a time.
    /// - Returns: For each event whether it was new.
    package func append(
        _ events: [ValidatedEvent], organization: OrganizationID
    ) async throws(AppendError) -> AppendReceipt {
        try await append(events.map(LogEntry.init), organization: organization)
    }

    /// The same for events that are ready for the log.
    ///
    /// - Parameters:
    ///   - connection: What to append through; `nil`: any of the pool's.
    ///   - expectsNew: Whether the caller has reason to think that none of them is known, as in the middle of a
    ///     stream that was new so far: it costs less then. Where one is known after all, the batch takes a second attempt;
    ///     and where a look at some of them did not show it, the server's log has an error more.
    package func append(
        _ entries: [LogEntry], organization: OrganizationID, through connection: Connection? = nil,
        expectsNew: Bool = false
    ) async throws(AppendError) -> AppendReceipt {
        var firsts: [UUIDBytes: Int] = [:]
        firsts.reserveCapacity(entries.count)
        // Backwards, so that of equal ones the first stays.
        for index in entries.indices.reversed() { firsts[entries[index].hash] = index }
        guard !firsts.isEmpty else { return AppendReceipt(isNew: []) }
        let distinct =
            firsts.count == entries.count
            ? entries : entries.indices.filter { firsts[entries[$0].hash] == $0 }.map { entries[$0] }
        let known = try await commit(distinct, organization, through: connection, expectsNew: expectsNew)
        var isNew =
            distinct.count == entries.count
            ? [Bool](repeating: true, count: entries.count)
            : entries.indices.map { firsts[entries[$0].hash] == $0 }
        for hash in known {
            if let index = firsts[hash] { isNew[index] = false }
        }
        return AppendReceipt(isNew: isNew)
    }

    /// Stores those whose identity is in no tier, in another attempt where PostgreSQL asks for it.
    ///
    /// - Parameter entries: No identity twice.
    /// - Returns: The identities that the organisation had already.
    private func commit(
        _ entries: [LogEntry], _ organization: OrganizationID, through connection: Connection?, expectsNew: Bool
    ) async throws(AppendError) -> [UUIDBytes] {
        var attempt = 1
        while true {
            do {
                let standing =
                    if attempt == 1, let known = tiers.known { known } else {
                        try tiers.learn(
                            try await pipeline(
                                [AppendStatements.settings(for: organization), IdentityTiers.look], through: connection)[
                                    1])
                    }
                let suspects = standing.suspects(among: entries.map(\.hash))
                if expectsNew,
                    try await commitNew(
                        AppendStatements.ofNew(entries, suspects, organization: organization, tier: standing.open),
                        through: connection)
                {
                    return []
                }
                let looks = IdentityTiers.looks(for: suspects, of: organization)
                let old =
                    looks.isEmpty ? [] : try IdentityTiers.known(try await pipeline(looks, through: connection))
                let fresh = old.isEmpty ? entries : entries.filter { !old.contains($0.hash) }
                guard !fresh.isEmpty else { return Array(old) }
                let append = AppendStatements(organization: organization, entries: fresh, tier: standing.open)
                return (try await commit(append, through: connection) ?? []) + old
            } catch {
                // A tier that is closed by now, or of a database that was restored meanwhile, is learned anew.
                guard error.isRetryable || error.isOfClosedTier, attempt < Self.attempts else {
                    throw AppendError(error)
                }
                attempt += 1
                try await Self.rest(before: attempt)
            }
        }
    }

    /// - Returns: False where nothing was stored, as one is known after all.
    private func commitNew(
        _ append: AppendStatements?, through connection: Connection?
    ) async throws(PostgresError) -> Bool {
        guard let append else { return false }
        do {
            return try await commit(append, through: connection) != nil
        } catch {
            guard error.sqlState == .uniqueViolation else { throw error }
            return false
        }
    }

    /// Runs the transaction, and wakes whoever sleeps.
    ///
    /// - Returns: The identities that the tier had already; `nil` where nothing was inserted because one is known that had
    ///   been expected to be new.
    private func commit(
        _ append: AppendStatements, through connection: Connection?
    ) async throws(PostgresError) -> [UUIDBytes]? {
        let ring = wakeUp?.postscript()
        let results = try await pipeline(append.all, through: connection, postscript: ring)
        if append.expectsNew {
            guard try append.hasInserted(results) else { return nil }
            if ring == nil { wakeUp?.request() }
            return []
        }
        var known: [UUIDBytes] = []
        if let rows = results.last { for row in rows { known.append(try row.uuid(0)) } }
        if ring == nil, known.count < append.count { wakeUp?.request() }
        return known
    }

    private func pipeline(
        _ statements: [Statement], through connection: Connection?, postscript: Postscript? = nil
    ) async throws(PostgresError) -> [ResultSet] {
        if let connection { return try await connection.pipeline(statements, postscript: postscript) }
        return try await pool.pipeline(statements, postscript: postscript)
    }

    static let attempts = 8

    /// Spreads attempts out, so that the same ones don't meet again.
    static func rest(before attempt: Int) async throws(AppendError) {
        do { try await Task.sleep(for: .milliseconds(Int.random(in: 1...(5 * attempt)))) } catch {
            throw AppendError(PostgresError(.closed, "cancelled between two attempts"))
        }
    }
}
