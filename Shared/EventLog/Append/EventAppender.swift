package import Models
package import Postgres

/// Appends events to the log: one transaction a batch, durable when it returns, each identity once.
package struct EventAppender: Sendable {
    let pool: PostgresPool
    let wakeUp: WakeUp?

    /// - Parameter wakeUp: Told after each commit that stored something new; `nil`: consumers find out by polling.
    package init(pool: PostgresPool, wakeUp: WakeUp?) {
        self.pool = pool
        self.wakeUp = wakeUp
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
        let known =
            expectsNew && distinct.count == entries.count
            ? try await commitNew(distinct, organization, through: connection)
            : try await commitAny(distinct, organization, through: connection)
        var isNew =
            distinct.count == entries.count
            ? [Bool](repeating: true, count: entries.count)
            : entries.indices.map { firsts[entries[$0].hash] == $0 }
        for hash in known {
            if let index = firsts[hash] { isNew[index] = false }
        }
        return AppendReceipt(isNew: isNew)
    }

    private func commitNew(
        _ entries: [LogEntry], _ organization: OrganizationID, through connection: Connection?
    ) async throws(AppendError) -> [UUIDBytes] {
        do {
            let append = AppendStatements(organization: organization, entries: entries, expectsNew: true)
            if let known = try await commit(append, through: connection) { return known }
        } catch {
            guard case .refused(let cause) = error, cause.sqlState == .uniqueViolation else { throw error }
        }
        return try await commitAny(entries, organization, through: connection)
    }

    private func commitAny(
        _ entries: [LogEntry], _ organization: OrganizationID, through connection: Connection?
    ) async throws(AppendError) -> [UUIDBytes] {
        try await commit(AppendStatements(organization: organization, entries: entries), through: connection) ?? []
    }

    /// Runs the transaction, again where PostgreSQL asks for it, and wakes whoever sleeps.
    ///
    /// - Returns: The identities that the organisation had already; `nil` where nothing was inserted because one is known
    ///   that had been expected to be new.
    private func commit(
        _ append: AppendStatements, through connection: Connection?
    ) async throws(AppendError) -> [UUIDBytes]? {
        let statements = append.all
        var attempt = 1
        while true {
            do {
                let ring = wakeUp?.postscript()
                let results =
                    if let connection { try await connection.pipeline(statements, postscript: ring) } else {
                        try await pool.pipeline(statements, postscript: ring)
                    }
                if try append.isRefused(results) { return nil }
                var known: [UUIDBytes] = []
                if let rows = results.last { for row in rows { known.append(try row.uuid(0)) } }
                if ring == nil, known.count < append.count { wakeUp?.request() }
                return known
            } catch {
                guard error.isRetryable, attempt < Self.attempts else { throw AppendError(error) }
                attempt += 1
                try await Self.rest(before: attempt)
            }
        }
    }

    static let attempts = 8

    /// Spreads attempts out, so that the same ones don't meet again.
    static func rest(before attempt: Int) async throws(AppendError) {
        do { try await Task.sleep(for: .milliseconds(Int.random(in: 1...(5 * attempt)))) } catch {
            throw AppendError(PostgresError(.closed, "cancelled between two attempts"))
        }
    }
}
