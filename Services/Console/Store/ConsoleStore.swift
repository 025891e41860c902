import Models
import Postgres

/// The console's queries, each within its viewer's organisation and, for what is the learner's own, person.
///
/// Reads `facts`, `score` and `notice`; writes only `notice.reading`, what people choose about their mail, the
/// append-only `audit.access` and, through
/// ``QuarantineDesk``, an operator's decisions on rejected events.
struct ConsoleStore: Sendable {
    let pool: PostgresPool

    /// Runs `body` in one transaction that row-level security confines to `organization`.
    func within<Value: Sendable>(
        _ organization: OrganizationID, person: PersonID? = nil,
        _ body: @Sendable (Connection) async throws -> Value
    ) async throws -> Value {
        try await pool.withConnection { connection in
            try await connection.transaction { connection in
                _ = try await connection.query(
                    "SELECT set_config('onus.organization_id', $1, true), set_config('onus.person', $2, true)",
                    [.text("\(organization.rawValue)"), .text(person?.rawValue ?? "")])
                return try await body(connection)
            }
        }
    }

    /// The organisation that is called `name`, or `nil`.
    func organization(named name: String) async throws -> OrganizationID? {
        let rows = try await pool.query("SELECT onus.organization_named($1)", [.text(name)])
        return try rows.first?.optionalInt4(0).map(OrganizationID.init(rawValue:))
    }
}
