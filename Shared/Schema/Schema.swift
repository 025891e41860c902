package import Postgres

/// What services ask about the schema: they never change it.
package enum Schema {
    /// Compares the database with this build. Needs only what every service's role is granted.
    ///
    /// - Parameter migrations: The files to compare with; `nil`, as in production, is this build's own.
    /// - Throws: ``SchemaError/database(_:version:)`` where the database can't be asked.
    package static func check(
        _ connection: Connection, against migrations: [Migration]? = nil
    ) async throws(SchemaError) -> SchemaState {
        let known: [Migration]
        if let migrations { known = migrations } else { known = try Migration.all() }
        do {
            return try await state(connection, known)
        } catch {
            throw .database(error, version: nil)
        }
    }

    private static func state(
        _ connection: Connection, _ known: [Migration]
    ) async throws(PostgresError) -> SchemaState {
        let expected = known.last?.version ?? 0
        // Asked of the catalogue, because `to_regclass` fails where the schema may not be named.
        let exists = try await connection.query(
            """
            SELECT EXISTS (SELECT FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
            WHERE n.nspname = 'onus' AND c.relname = 'migration')
            """)
        guard try exists.only().bool(0) else { return .tooOld(database: 0, expected: expected) }
        let rows = try await connection.query("SELECT version, breaking FROM onus.migration ORDER BY version")
        let knownVersions = Set(known.map(\.version))
        var applied: Set<Int> = []
        var newest = 0
        var breaking: String?
        for row in rows {
            newest = Int(try row.int4(0))
            applied.insert(newest)
            if !knownVersions.contains(newest), let reason = try row.optionalText(1) { breaking = reason }
        }
        if let breaking { return .ahead(database: newest, expected: expected, reason: breaking) }
        guard applied.isSuperset(of: knownVersions) else { return .tooOld(database: newest, expected: expected) }
        let home = try await connection.query(
            """
            SELECT (SELECT system_identifier FROM onus.era ORDER BY era DESC LIMIT 1)
                = (SELECT system_identifier FROM pg_catalog.pg_control_system())
            """)
        return try home.only().optionalBool(0) == true ? .current : .restoredElsewhere
    }
}
