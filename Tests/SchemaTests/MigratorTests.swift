import Postgres
import Schema
import Support
import Testing

@Suite(.timeLimit(.minutes(5))) struct MigratorTests {
    static func migration(_ version: Int, _ sql: String, first: String = "-- safe while older services run") throws
        -> Migration
    {
        try Migration(file: "V\(String("000\(version)".suffix(4)))__step_\(version).sql", sql: "\(first)\n\(sql)")
    }

    @Test func `an empty database is brought up to date, and a second run finds nothing to do`() async throws {
        try await TestDatabase.withEmpty { database in
            try await database.pool.withConnection { connection in
                #expect(try await Schema.check(connection) != .current)
                let first = try await Migrator(connection).migrate()
                #expect(first.applied == (try Migration.all()))
                #expect(first.era == 1 && first.partitionsMade == 4)
                let second = try await Migrator(connection).migrate()
                #expect(second.applied.isEmpty && second.version == first.version && second.partitionsMade == 0)
                #expect(try await Schema.check(connection) == .current)
                let organizations = try await connection.query("SELECT id, name FROM onus.organization")
                #expect(try organizations.only().int4(0) == 1)
                #expect(try organizations.only().text(1) == "default")
            }
        }
    }

    @Test func `an upgrade where somebody reads the log all the while says that months may be missing`() async throws {
        try await TestDatabase.withMigrated { database in
            try await database.pool.execute(
                """
                DO $$ BEGIN EXECUTE format('DROP TABLE log.%I',
                    to_char((now() AT TIME ZONE 'UTC') + interval '3 months', '"event_"YYYY"_"MM')); END $$
                """)
            try await database.pool.withConnection { connection in
                try await database.pool.withTransaction { reader in
                    _ = try await reader.query("SELECT count(*) FROM log.event")
                    #expect(try await Migrator(connection).migrate().partitionsMade == nil)
                }
                #expect(try await Migrator(connection).migrate().partitionsMade == 1)
            }
        }
    }

    @Test func `what statements are given stays out of PostgreSQL's log`() async throws {
        try await TestDatabase.withEmpty { database in
            try await database.pool.withConnection { connection in
                _ = try await Migrator(connection).migrate()
                let settings = try await connection.query(
                    """
                    SELECT count(*) FROM pg_db_role_setting AS s JOIN pg_database AS d ON d.oid = s.setdatabase
                    WHERE d.datname = current_database() AND 'log_parameter_max_length=0' = ANY (s.setconfig)
                    """)
                #expect(try settings.only().int(0) == 1)
            }
        }
    }

    @Test func `twenty migrators at once apply each file once`() async throws {
        try await TestDatabase.withEmpty { database in
            let applied = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<20 {
                    group.addTask {
                        let connection = try await Connection.connect(
                            database.configuration, logger: TestEnvironment.logger)
                        let report = try await Migrator(connection).migrate()
                        await connection.close()
                        return report.applied.count
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let all = try Migration.all().count
            #expect(applied.reduce(0, +) == all)
            #expect(applied.filter { $0 == 0 }.count == 19)
            let rows = try await database.pool.query("SELECT count(*) FROM onus.migration")
            #expect(try rows.only().int8(0) == Int64(all))
        }
    }

    @Test func `numbers may leave gaps, but a late one below what is applied is refused`() async throws {
        try await TestDatabase.withEmpty { database in
            try await database.pool.withConnection { connection in
                let one = try Self.migration(1, "CREATE TABLE one ()")
                let three = try Self.migration(3, "CREATE TABLE three ()")
                let nine = try Self.migration(9, "CREATE TABLE nine ()")
                _ = try await Migrator(connection, migrations: [one, nine]).migrate()
                let error = await #expect(throws: SchemaError.self) {
                    try await Migrator(connection, migrations: [one, three, nine]).migrate()
                }
                guard case .outOfOrder(3, 9) = error else { throw Unexpected("\(String(describing: error))") }
                let listed = await #expect(throws: SchemaError.self) {
                    try await Migrator(connection, migrations: [nine, one]).migrate()
                }
                guard case .outOfOrder(1, 9) = listed else { throw Unexpected("\(String(describing: listed))") }
            }
        }
    }

    @Test func `an edited or renamed file is refused`() async throws {
        try await TestDatabase.withEmpty { database in
            try await database.pool.withConnection { connection in
                _ = try await Migrator(connection, migrations: [Self.migration(1, "CREATE TABLE one ()")]).migrate()
                let edited = try Self.migration(1, "CREATE TABLE uno ()")
                let renamed = try Migration(
                    file: "V0001__other.sql", sql: "-- safe while older services run\nCREATE TABLE one ()")
                for migration in [edited, renamed] {
                    let error = await #expect(throws: SchemaError.self) {
                        try await Migrator(connection, migrations: [migration]).migrate()
                    }
                    guard case .changed(1, "step_1") = error else { throw Unexpected("\(String(describing: error))") }
                }
            }
        }
    }

    @Test func `a file that fails leaves nothing behind, and those before it stay`() async throws {
        try await TestDatabase.withEmpty { database in
            try await database.pool.withConnection { connection in
                let one = try Self.migration(1, "CREATE TABLE public.one ()")
                let two = try Self.migration(2, "CREATE TABLE public.two (); SELECT 1 / 0")
                let error = await #expect(throws: SchemaError.self) {
                    try await Migrator(connection, migrations: [one, two]).migrate()
                }
                guard case .database(let cause, version: 2) = error else {
                    throw Unexpected("\(String(describing: error))")
                }
                #expect(cause.sqlState?.code == "22012")
                let tables = try await connection.query(
                    "SELECT to_regclass('public.one')::text, to_regclass('public.two')::text")
                #expect(try tables.only().text(0) == "one")
                #expect(try tables.only().isNull(1))
                let mended = try Self.migration(2, "CREATE TABLE public.two ()")
                #expect(try await Migrator(connection, migrations: [one, mended]).migrate().applied == [mended])
            }
        }
    }

    @Test func `an index may be built concurrently while another migrator waits`() async throws {
        try await TestDatabase.withEmpty { database in
            let steps = [
                try Self.migration(1, "CREATE TABLE public.one AS SELECT n FROM generate_series(1, 50000) AS n"),
                try Self.migration(
                    2, "CREATE INDEX CONCURRENTLY one_idx ON public.one (n)",
                    first: "-- safe while older services run\n-- no transaction"),
            ]
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        try await database.pool.withConnection {
                            _ = try await Migrator($0, migrations: steps).migrate()
                        }
                    }
                }
                try await group.waitForAll()
            }
            let index = try await database.pool.query(
                "SELECT indisvalid FROM pg_index WHERE indexrelid = 'public.one_idx'::regclass")
            #expect(try index.only().bool(0))
        }
    }

    @Test func `an index that failed half-way is built when the file runs again`() async throws {
        try await TestDatabase.withEmpty { database in
            try await database.pool.withConnection { connection in
                let steps = [
                    try Self.migration(1, "CREATE TABLE public.one AS SELECT 1 AS n FROM generate_series(1, 2)"),
                    try Self.migration(
                        2, "CREATE UNIQUE INDEX CONCURRENTLY one_idx ON public.one (n)",
                        first: "-- safe while older services run\n-- no transaction"),
                ]
                await #expect(throws: SchemaError.self) {
                    try await Migrator(connection, migrations: steps).migrate()
                }
                try await connection.execute("DELETE FROM public.one")
                #expect(try await Migrator(connection, migrations: steps).migrate().applied == [steps[1]])
                let index = try await connection.query(
                    "SELECT indisvalid FROM pg_index WHERE indexrelid = 'public.one_idx'::regclass")
                #expect(try index.only().bool(0))
            }
        }
    }

    @Test func `an index that is no affair of the file's stays, even where it is invalid`() async throws {
        try await TestDatabase.withEmpty { database in
            try await database.pool.withConnection { connection in
                try await connection.script("CREATE TABLE public.theirs AS SELECT 1 AS n FROM generate_series(1, 2)")
                await #expect(throws: PostgresError.self) {
                    try await connection.execute("CREATE UNIQUE INDEX CONCURRENTLY theirs_idx ON public.theirs (n)")
                }
                let steps = [
                    try Self.migration(1, "CREATE TABLE public.one (n integer)"),
                    try Self.migration(
                        2, "CREATE INDEX CONCURRENTLY one_idx ON public.one (n)",
                        first: "-- safe while older services run\n-- no transaction"),
                ]
                _ = try await Migrator(connection, migrations: steps).migrate()
                let index = try await connection.query("SELECT to_regclass('public.theirs_idx') IS NOT NULL")
                #expect(try index.only().bool(0))
            }
        }
    }

    @Test func `a migrator waits for another one for as long as it is patient, and one that failed is in nobody's way`()
        async throws
    {
        try await TestDatabase.withEmpty { database in
            try await database.pool.withConnection { first in
                try await database.pool.withConnection { second in
                    let waits = try Self.migration(
                        1, "SET LOCAL statement_timeout = '60s'; SELECT pg_advisory_xact_lock(1)")
                    let fails = try Self.migration(2, "SELECT 1 / 0")
                    _ = try await second.query("SELECT pg_advisory_lock(1)::text")
                    let working = Task { try await Migrator(first, migrations: [waits, fails]).migrate() }
                    while try await second.query(
                        "SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
                    ).isEmpty {}
                    let busy = await #expect(throws: SchemaError.self) {
                        try await Migrator(second, migrations: [waits], patience: .milliseconds(50)).migrate()
                    }
                    guard case .busy = busy else { throw Unexpected("\(String(describing: busy))") }
                    _ = try await second.query("SELECT pg_advisory_unlock(1)")
                    let failed = await #expect(throws: SchemaError.self) { try await working.value }
                    guard case .database(_, version: 2) = failed else {
                        throw Unexpected("\(String(describing: failed))")
                    }
                    let after = try await Migrator(second, migrations: [waits], patience: .zero).migrate()
                    #expect(after.applied.isEmpty && after.version == 1)
                }
            }
        }
    }

    @Test func `services refuse a database that is too old, ahead by a breaking step, or elsewhere`() async throws {
        try await TestDatabase.withEmpty { database in
            try await database.pool.withConnection { connection in
                let known = try Migration.all()
                let newest = try #require(known.last).version
                #expect(try await Schema.check(connection) == .tooOld(database: 0, expected: newest))
                _ = try await Migrator(connection, migrations: known.dropLast()).migrate()
                #expect(
                    try await Schema.check(connection)
                        == .tooOld(database: known[known.count - 2].version, expected: newest))
                _ = try await Migrator(connection).migrate()
                #expect(try await Schema.check(connection) == .current)

                let safe = try Self.migration(9_001, "SELECT 1")
                _ = try await Migrator(connection, migrations: known + [safe]).migrate()
                #expect(try await Schema.check(connection) == .current)
                #expect(try await Migrator(connection).migrate().applied.isEmpty)
                let breaking = try Self.migration(9_002, "SELECT 1", first: "-- breaking: a column went")
                _ = try await Migrator(connection, migrations: known + [safe, breaking]).migrate()
                #expect(
                    try await Schema.check(connection)
                        == .ahead(database: 9_002, expected: newest, reason: "a column went"))
                let error = await #expect(throws: SchemaError.self) { try await Migrator(connection).migrate() }
                guard case .ahead(9_002, "a column went") = error else {
                    throw Unexpected("\(String(describing: error))")
                }

                try await connection.execute("DELETE FROM onus.migration WHERE version > 9000")
                try await connection.execute("UPDATE onus.era SET system_identifier = 1")
                #expect(try await Schema.check(connection) == .restoredElsewhere)
                #expect(try await Migrator(connection).migrate().era == 2)
                #expect(try await Schema.check(connection) == .current)
            }
        }
    }

    @Test(arguments: ["onus_ingestion", "onus_scoring", "onus_notification", "onus_console"])
    func `every service's role may check the schema`(role: String) async throws {
        try await TestDatabase.withMigrated { database in
            try await database.pool.withConnection { connection in
                try await connection.execute("SET ROLE \(role)")
                #expect(try await Schema.check(connection) == .current)
            }
        }
    }
}

struct Unexpected: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
