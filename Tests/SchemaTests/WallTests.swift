import Postgres
import Schema
import Support
import Testing

/// Who may see what, as PostgreSQL itself keeps it.
@Suite(.timeLimit(.minutes(5))) struct WallTests {
    /// Two organisations with a row each in what matters.
    private func run(_ body: (Connection) async throws -> Void) async throws {
        try await TestDatabase.withMigrated { database in
            try await database.pool.withConnection { connection in
                try await connection.script(
                    """
                    INSERT INTO onus.organization (name) VALUES ('other');
                    INSERT INTO log.event (organization_id, era, identity, type, source, id, time, data)
                    SELECT n, 1, gen_random_uuid(), 1, 's', 'i', now(), '{}' FROM generate_series(1, 2) AS n;
                    INSERT INTO log.quarantine (organization_id, pointer, title, detail, body_hash)
                    SELECT n, '', '', '', sha256('x') FROM generate_series(1, 2) AS n;
                    INSERT INTO learner.learning (organization_id, person, identity, time, title, data)
                    SELECT n, p, gen_random_uuid(), now(), 't', '{}' FROM generate_series(1, 2) AS n, unnest('{ann,bob}'::text[]) AS p;
                    INSERT INTO audit.access (organization_id, person, viewer, viewer_role, what)
                    SELECT n, p, 'hr', 'hr', 'record' FROM generate_series(1, 2) AS n, unnest('{ann,bob}'::text[]) AS p;
                    """)
                try await body(connection)
            }
        }
    }

    private func become(
        _ role: String, organization: Int? = nil, person: String? = nil, _ connection: Connection
    ) async throws {
        try await connection.execute("RESET ROLE")
        _ = try await connection.query(
            "SELECT set_config('onus.organization_id', $1, false), set_config('onus.person', $2, false)",
            [.text(organization.map { "\($0)" } ?? ""), .text(person ?? "")])
        try await connection.execute("SET ROLE \(role)")
    }

    private func count(_ table: String, _ connection: Connection) async throws -> Int64 {
        try await connection.query("SELECT count(*) FROM \(table)").only().int8(0)
    }

    private func expectDenied(_ sql: String, _ connection: Connection) async {
        let error = await #expect(throws: PostgresError.self, "\(sql)") { _ = try await connection.query(sql) }
        #expect(error?.sqlState == .insufficientPrivilege, "\(sql): \(String(describing: error))")
    }

    @Test func `a service sees its transaction's organisation and no other`() async throws {
        try await run { connection in
            for organization in 1...2 {
                try await become("onus_ingestion", organization: organization, connection)
                #expect(try await count("log.quarantine", connection) == 1)
                #expect(try await count("onus.organization", connection) == 1)
                let rows = try await connection.query("SELECT organization_id FROM log.quarantine")
                #expect(try rows.only().int4(0) == Int32(organization))
            }
            try await become("onus_ingestion", connection)
            #expect(try await count("log.quarantine", connection) == 0)
            #expect(try await count("onus.organization", connection) == 0)
            #expect(try await connection.query("SELECT onus.organization_named('other')").only().int4(0) == 2)
            await expectDenied(
                "INSERT INTO log.identity (organization_id, identity) VALUES (2, gen_random_uuid())", connection)
        }
    }

    @Test func `ingestion can't forge what the database says of a row, nor write for another organisation`()
        async throws
    {
        try await run { connection in
            try await become("onus_ingestion", organization: 1, connection)
            let columns = "organization_id, era, identity, type, source, id, time, data"
            let values = "1, 1, gen_random_uuid(), 1, 's', 'j', now(), '{}'"
            _ = try await connection.query("INSERT INTO log.event (\(columns)) VALUES (\(values))")
            await expectDenied("INSERT INTO log.event (\(columns), recorded) VALUES (\(values), now())", connection)
            await expectDenied("INSERT INTO log.event (\(columns), xid) VALUES (\(values), '5')", connection)
            await expectDenied(
                "INSERT INTO log.event (\(columns)) VALUES (2, 1, gen_random_uuid(), 1, 's', 'j', now(), '{}')",
                connection)
            await expectDenied("SELECT count(*) FROM log.event", connection)
            await expectDenied("SELECT count(*) FROM log.event_default", connection)
            await expectDenied("SELECT count(*) FROM onus.token", connection)
        }
    }

    @Test func `scoring reads the whole log and nothing behind the wall`() async throws {
        try await run { connection in
            try await become("onus_scoring", organization: 1, person: "ann", connection)
            #expect(try await count("log.event", connection) == 2)
            #expect(try await count("onus.organization", connection) == 2)
            for sql in [
                "SELECT count(*) FROM learner.learning", "DELETE FROM learner.learning",
                "SELECT count(*) FROM log.identity",
                "SELECT count(*) FROM log.quarantine", "SELECT count(*) FROM audit.access", "DELETE FROM log.event",
                "INSERT INTO learner.learning VALUES (1, 'ann', gen_random_uuid(), now(), now(), 't', NULL, NULL, '{}')",
            ] { await expectDenied(sql, connection) }
        }
    }

    @Test func `ingestion may bring learning and never read it`() async throws {
        try await run { connection in
            try await become("onus_ingestion", organization: 1, person: "ann", connection)
            let insert = "INSERT INTO learner.learning (organization_id, person, identity, time, title, data)"
            _ = try await connection.query("\(insert) VALUES (1, 'ann', gen_random_uuid(), now(), 't', '{}')")
            for sql in [
                "SELECT count(*) FROM learner.learning", "DELETE FROM learner.learning",
                "UPDATE learner.learning SET title = ''",
                "\(insert) VALUES (2, 'ann', gen_random_uuid(), now(), 't', '{}')",
            ] { await expectDenied(sql, connection) }
        }
    }

    @Test func `the console shows and removes learning for the learner who is signed in, and nobody else`() async throws
    {
        try await run { connection in
            try await become("onus_console", organization: 1, person: "ann", connection)
            #expect(try await count("learner.learning", connection) == 1)
            #expect(try await connection.query("SELECT person FROM learner.learning").only().text(0) == "ann")
            #expect(try await connection.execute("DELETE FROM learner.learning WHERE person = 'bob'") == 0)
            try await become("onus_console", organization: 1, connection)
            #expect(try await count("learner.learning", connection) == 0)
            try await become("onus_console", person: "ann", connection)
            #expect(try await count("learner.learning", connection) == 0)
            try await become("onus_console", organization: 1, person: "ann", connection)
            await expectDenied("UPDATE learner.learning SET title = ''", connection)
            #expect(try await connection.execute("DELETE FROM learner.learning") == 1)
            try await connection.execute("RESET ROLE")
            #expect(try await count("learner.learning", connection) == 3)
        }
    }

    @Test func `notification has no business behind the wall or in the log`() async throws {
        try await run { connection in
            try await become("onus_notification", organization: 1, person: "ann", connection)
            for table in [
                "learner.learning", "log.event", "log.identity", "log.quarantine", "audit.access", "onus.token",
            ] {
                await expectDenied("SELECT count(*) FROM \(table)", connection)
            }
        }
    }

    @Test func `the audit log is read by whom it is about and changed by nobody`() async throws {
        try await run { connection in
            try await become("onus_console", organization: 1, person: "ann", connection)
            #expect(try await count("audit.access", connection) == 1)
            _ = try await connection.query(
                """
                INSERT INTO audit.access (organization_id, person, viewer, viewer_role, what, reason)
                VALUES (1, 'bob', 'ann', 'hr', 'record', 'asked')
                """)
            #expect(try await count("audit.access", connection) == 1)
            await expectDenied("DELETE FROM audit.access", connection)
            await expectDenied(
                "INSERT INTO audit.access (organization_id, person, viewer, viewer_role, what) VALUES (2, 'b', 'a', 'hr', 'r')",
                connection)
            try await connection.execute("RESET ROLE")
            for sql in ["DELETE FROM audit.access", "UPDATE audit.access SET what = ''", "TRUNCATE audit.access"] {
                await expectDenied(sql, connection)
            }
            #expect(try await count("audit.access", connection) == 5)
        }
    }

    @Test func `the scored day only moves forward`() async throws {
        try await run { connection in
            try await become("onus_scoring", connection)
            try await connection.execute("UPDATE onus.organization SET scored_day = '2026-05-02' WHERE id = 1")
            try await connection.execute("UPDATE onus.organization SET scored_day = '2026-05-02' WHERE id = 1")
            for day in ["'2026-05-01'", "NULL"] {
                let error = await #expect(throws: PostgresError.self) {
                    _ = try await connection.query("UPDATE onus.organization SET scored_day = \(day) WHERE id = 1")
                }
                #expect(error?.constraint == "organization_scored_day_moves_forward")
            }
            await expectDenied("UPDATE onus.organization SET name = 'x'", connection)
        }
    }
}
