package import Postgres

/// Brings a database's schema up to date: one migrator at a time, forward only.
///
/// It needs a connection of the database's owner, made directly (a session's lock does not survive a pooler that
/// hands transactions to different sessions).
package struct Migrator: Sendable {
    private let connection: Connection
    private let migrations: [Migration]?
    private let patience: Duration

    /// - Parameters:
    ///   - migrations: In order; `nil`, as in production, is this build's own list.
    ///   - patience: How long to wait while another migrator works.
    package init(_ connection: Connection, migrations: [Migration]? = nil, patience: Duration = .seconds(600)) {
        self.connection = connection
        self.migrations = migrations
        self.patience = patience
    }

    /// Applies what is missing, begins a new era of the log where the database has come to another cluster, and
    /// makes the log's partitions for the months ahead. Safe to run twice, also at once.
    ///
    /// - Throws: ``SchemaError``. A file that failed left nothing behind, unless it is marked `-- no transaction`.
    package func migrate() async throws(SchemaError) -> MigrationReport {
        let migrations: [Migration]
        if let given = self.migrations { migrations = given } else { migrations = try Migration.all() }
        try Migration.requireOrder(migrations)
        try await lock()
        do {
            let report = try await apply(migrations)
            try await unlock()
            return report
        } catch {
            // The first error tells more; a lost connection has released the lock anyway.
            try? await unlock()
            throw error
        }
    }

    private func apply(_ migrations: [Migration]) async throws(SchemaError) -> MigrationReport {
        try await wrapping { () throws(PostgresError) in try await connection.script(Self.bootstrap) }
        var pending = migrations
        var newest = 0
        let rows = try await wrapping { () throws(PostgresError) in
            try await connection.query("SELECT version, name, checksum, breaking FROM onus.migration ORDER BY version")
                .map { row throws(PostgresError) in
                    Applied(
                        version: Int(try row.int4(0)), name: try row.text(1), checksum: try row.text(2),
                        breaking: try row.optionalText(3))
                }
        }
        for applied in rows {
            newest = applied.version
            guard let index = pending.firstIndex(where: { $0.version == applied.version }) else {
                if let reason = applied.breaking { throw .ahead(version: applied.version, reason: reason) }
                continue
            }
            let migration = pending.remove(at: index)
            guard migration.checksum == applied.checksum, migration.name == applied.name else {
                throw .changed(version: migration.version, name: applied.name)
            }
        }
        if let late = pending.first, late.version < newest { throw .outOfOrder(version: late.version, after: newest) }
        for migration in pending {
            try await run(migration)
            newest = migration.version
        }
        return try await finish(applied: pending, version: newest)
    }

    private func run(_ migration: Migration) async throws(SchemaError) {
        let note = Statement(
            "INSERT INTO onus.migration (version, name, checksum, breaking) VALUES ($1, $2, $3, $4)",
            [
                .int4(Int32(migration.version)), .text(migration.name), .text(migration.checksum),
                .text(migration.breakingReason),
            ])
        do {
            if migration.isTransactional {
                try await connection.transaction { connection in
                    try await connection.script(migration.sql)
                    _ = try await connection.execute(note.sql, note.bindings)
                }
            } else {
                try await dropInvalidIndexes(of: migration)
                try await connection.script(migration.sql)
                _ = try await connection.execute(note.sql, note.bindings)
            }
        } catch let error as PostgresError {
            throw .database(error, version: migration.version)
        } catch {
            preconditionFailure("a transaction of queries throws PostgresError only, got \(error)")
        }
    }

    /// What the file's `CREATE INDEX CONCURRENTLY`, failed half-way, left behind: it is no use, and its name is in the way.
    private func dropInvalidIndexes(of migration: Migration) async throws(PostgresError) {
        let rows = try await connection.query(
            """
            SELECT format('DROP INDEX CONCURRENTLY %I.%I', n.nspname, c.relname)
            FROM pg_catalog.pg_index AS i JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid
            JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
            WHERE NOT i.indisvalid AND c.relkind = 'i' AND strpos($1, c.relname) > 0
            """, [.text(migration.sql)])
        for row in rows { try await connection.script(try row.text(0)) }
    }

    /// What belongs to the data rather than to the tables, done at every run.
    private func finish(applied: [Migration], version: Int) async throws(SchemaError) -> MigrationReport {
        try await wrapping { () throws(PostgresError) in
            // A list of a test's own may end before these functions exist.
            let ready = try await connection.query(
                """
                SELECT EXISTS (SELECT FROM pg_catalog.pg_proc AS p JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace
                WHERE n.nspname = 'log' AND p.proname = 'create_partitions')
                """)
            guard try ready.only().bool(0) else {
                return MigrationReport(applied: applied, version: version, era: 0, partitionsMade: 0)
            }
            let era = try await connection.query("SELECT onus.raise_era()")
            return MigrationReport(
                applied: applied, version: version, era: Int(try era.only().int4(0)),
                partitionsMade: try await makePartitions())
        }
    }

    /// Nobody waits for these behind a transaction that has the log for long, and an upgrade doesn't fail for one: without
    /// them events go to the default partition until ingestion makes them.
    private func makePartitions() async throws(PostgresError) -> Int? {
        for _ in 0..<Self.attempts {
            do {
                let partitions = try await connection.query(
                    """
                    SELECT log.create_partitions(
                        (now() AT TIME ZONE 'UTC')::date, ((now() AT TIME ZONE 'UTC') + interval '3 months')::date)
                    """)
                return Int(try partitions.only().int4(0))
            } catch {
                guard error.sqlState == .lockNotAvailable else { throw error }
            }
        }
        return nil
    }

    /// Of a quarter of a second each, at least.
    private static let attempts = 8

    /// Asks again and again rather than wait inside PostgreSQL: a statement that waits holds a snapshot, and
    /// `CREATE INDEX CONCURRENTLY` of the migrator at work would wait for it in turn.
    private func lock() async throws(SchemaError) {
        let deadline = ContinuousClock.now + patience
        while true {
            let isOurs = try await wrapping { () throws(PostgresError) in
                try await connection.query("SELECT pg_catalog.pg_try_advisory_lock($1)", [.int8(Self.lockKey)])
                    .only().bool(0)
            }
            if isOurs { return }
            guard ContinuousClock.now < deadline else { throw .busy }
            // Cancelled while waiting: nothing was begun.
            do { try await Task.sleep(for: .milliseconds(20)) } catch { throw .busy }
        }
    }

    private func unlock() async throws(SchemaError) {
        try await wrapping { () throws(PostgresError) in
            _ = try await connection.query("SELECT pg_catalog.pg_advisory_unlock($1)", [.int8(Self.lockKey)])
        }
    }

    private func wrapping<Result>(
        _ body: () async throws(PostgresError) -> Result
    ) async throws(SchemaError) -> Result {
        do { return try await body() } catch { throw .database(error, version: nil) }
    }

    private struct Applied {
        let version: Int
        let name: String
        let checksum: String
        let breaking: String?
    }

    /// "onus" and "migr" in ASCII; advisory locks are per database.
    private static let lockKey: Int64 = 0x6f6e_7573_6d69_6772

    private static let bootstrap = """
        SET client_min_messages = warning;
        CREATE SCHEMA IF NOT EXISTS onus;
        CREATE TABLE IF NOT EXISTS onus.migration (
            version integer NOT NULL,
            name text NOT NULL,
            checksum text NOT NULL,
            breaking text,
            applied timestamptz NOT NULL DEFAULT now(),
            CONSTRAINT migration_pkey PRIMARY KEY (version)
        );
        """
}
