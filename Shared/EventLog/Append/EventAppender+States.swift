package import Models
import Postgres

extension EventAppender {
    /// Appends events that name states, all or nothing, and in the same transaction how things stand now.
    ///
    /// - Parameters:
    ///   - states: In the order in which they were seen.
    ///   - hook: The name of the hook that has seen them.
    ///   - received: As in ``StateAppend/append(_:received:)``.
    /// - Returns: For each event whether it was new.
    package func append(
        _ states: [StateEntry], of hook: String, organization: OrganizationID, received: Instant? = nil
    ) async throws(AppendError) -> [Bool] {
        var attempt = 1
        while true {
            do {
                let isNew = try await pool.withTransaction { connection in
                    _ = try await connection.pipeline([.working(for: organization), Self.limits])
                    return try await StateAppend(organization, hook: hook, in: connection)
                        .append(states, received: received)
                }
                if isNew.contains(true) { wakeUp?.request() }
                return isNew
            } catch let error as PostgresError {
                guard error.isRetryable, attempt < Self.attempts else { throw AppendError(error) }
                attempt += 1
                try await Self.rest(before: attempt)
            } catch {
                throw .unavailable(PostgresError(.closed, "\(error)"))
            }
        }
    }

    /// An append ends within a minute of its transaction's start: `--known-at` trusts in it.
    private static let limits = Statement(
        """
        SELECT set_config('lock_timeout', '9s', true), set_config('statement_timeout', '9s', true),
            set_config('idle_in_transaction_session_timeout', '10s', true)
        """)
}
