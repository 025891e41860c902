import Models
import Postgres

/// Where computing reads what it rests on.
enum PassReading: Sendable {
    /// On the transaction's own connection: what the transaction wrote counts.
    case inside
    /// On other connections, several at once. The transaction holds the position, so nobody writes facts meanwhile, and
    /// has not written any itself: all that counts is committed.
    case beside(PostgresPool)

    /// Several connections, where a pool has them; one is the transaction's.
    init(_ pool: PostgresPool) {
        self = pool.metrics.limit > 1 ? .beside(pool) : .inside
    }

    /// The moment that a frozen process reads from must not keep everybody's dead rows. Nothing is computed in between.
    private static let endWhenFrozen = Statement(
        "SELECT set_config('idle_in_transaction_session_timeout', '60000', true)")

    /// Lends a connection that sees the organisation's rows.
    ///
    /// - Parameter connection: The transaction's.
    func read<Value: Sendable>(
        _ organization: OrganizationID, _ connection: Connection, _ body: (Connection) async throws -> Value
    ) async throws -> Value {
        switch self {
        case .inside:
            try await body(connection)
        case .beside(let pool):
            try await pool.withTransaction(isolation: .repeatableRead, readOnly: true) { reader in
                _ = try await reader.pipeline([
                    OrganizationState.enter(organization), BulkStatements.plan, Self.endWhenFrozen,
                ])
                return try await body(reader)
            }
        }
    }
}
