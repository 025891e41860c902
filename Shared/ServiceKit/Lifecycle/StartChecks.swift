import Logging
package import Postgres
import Schema

/// What must hold before a service works on a database: a modest role, and the schema that this build knows.
package struct StartChecks: Sendable {
    private let service: ServiceName

    package init(service: ServiceName) {
        self.service = service
    }

    /// - Throws: ``StartRefusal`` when the service may not start here; ``PostgresError`` when the database does not
    ///   answer.
    package func run(_ connection: Connection) async throws {
        try await checkRole(connection)
        do {
            let state = try await Schema.check(connection)
            guard state == .current else { throw StartRefusal(.configuration, state.description) }
        } catch SchemaError.database(let error, _) {
            throw error
        }
    }

    /// A role that owns tables or stands above row-level security would make every wall of the schema void.
    private func checkRole(_ connection: Connection) async throws {
        let rows = try await connection.query(Self.roleQuery)
        for row in rows {
            let role = try row.text(0)
            let powers = [
                try row.bool(1) ? "is a superuser" : nil,
                try row.bool(2) ? "has BYPASSRLS" : nil,
                try row.bool(3) ? "owns tables of Onus" : nil,
            ].compactMap(\.self)
            guard powers.isEmpty else {
                throw StartRefusal(
                    .permission,
                    "database role: expected a login role in \(service.databaseRole) without powers beyond its grants, "
                        + "got \(role), which \(powers.joined(separator: " and "))")
            }
        }
    }

    private static let roleQuery = """
        SELECT r.rolname::text, r.rolsuper, r.rolbypassrls, NOT r.rolsuper AND EXISTS (
            SELECT FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
            WHERE n.nspname IN ('onus', 'log', 'facts', 'score', 'notice', 'learner', 'audit')
                AND c.relkind IN ('r', 'p') AND pg_catalog.pg_has_role(r.oid, c.relowner, 'MEMBER'))
        FROM pg_catalog.pg_roles AS r WHERE r.rolname = current_user
        """
}
