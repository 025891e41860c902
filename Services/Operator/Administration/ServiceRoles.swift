internal import Postgres
internal import ServiceKit

/// The login roles that services sign in with: members of their service's group role (`Shared/Schema`), nothing more.
struct ServiceRoles {
    private let connection: Connection

    /// - Parameter connection: The owner's, which may make roles.
    init(_ connection: Connection) { self.connection = connection }

    /// Makes the login role, or gives the one that is there this password.
    ///
    /// - Returns: The role's name.
    func create(_ service: ServiceName, name: String?, password: ServicePassword) async throws -> String {
        let role = if let name { name } else { try await defaultName(of: service) }
        try await connection.transaction { connection in
            let exists = try await connection.query(
                "SELECT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = $1)", [.text(role)]
            ).only().bool(0)
            // Statements about roles take no bound values; the server itself quotes these.
            let statements = try await connection.query(
                """
                SELECT pg_catalog.format(
                    $1 || ' ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD %L',
                    $2, $3), pg_catalog.format('GRANT %I TO %I', $4, $2)
                """,
                [
                    .text(exists ? "ALTER" : "CREATE"), .text(role), .text(password.verifier),
                    .text(service.databaseRole),
                ]
            ).only()
            try await connection.script(statements.text(0))
            try await connection.script(statements.text(1))
        }
        return role
    }

    /// Whether the connection's own role may do what the service does, and is no superuser, who may anyway.
    func isMember(of service: ServiceName) async throws(PostgresError) -> Bool {
        try await connection.query(
            """
            SELECT EXISTS (
                SELECT FROM pg_catalog.pg_roles AS r
                WHERE r.rolname = $1 AND pg_catalog.pg_has_role(current_user, r.oid, 'MEMBER')
            ) AND NOT (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user)
            """,
            [.text(service.databaseRole)]
        ).only().bool(0)
    }

    private func defaultName(of service: ServiceName) async throws(PostgresError) -> String {
        let database = try await connection.query("SELECT current_database()::text").only().text(0)
        return "\(service.databaseRole)_at_\(database)"
    }
}
