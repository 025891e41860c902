import Postgres
import Schema
import Support
import Testing

/// Rules that every table keeps, asked of PostgreSQL's catalogue, so that new tables are under them too.
@Suite(.timeLimit(.minutes(5))) struct CatalogueTests {
    private static let ours = "NOT IN ('pg_catalog', 'information_schema', 'pg_toast', 'public')"

    private func names(_ sql: String) async throws -> [String] {
        try await TestDatabase.withMigrated { database in
            try await database.pool.query(sql).map { try $0.text(0) }
        }
    }

    @Test func `every key begins with the organisation, save those of tables that stand across organisations`()
        async throws
    {
        let others = try await names(
            """
            SELECT n.nspname || '.' || c.relname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
            WHERE n.nspname \(Self.ours) AND c.relkind IN ('r', 'p') AND NOT EXISTS (
                SELECT FROM pg_index AS i
                JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
                WHERE i.indrelid = c.oid AND i.indisprimary AND a.attname = 'organization_id')
            ORDER BY 1
            """)
        #expect(
            others == [
                "log.ack_0", "log.ack_1", "log.settled", "log.tier", "onus.era", "onus.migration", "onus.organization",
            ])
    }

    @Test func `every table of an organisation has row-level security with a policy`() async throws {
        let open = try await names(
            """
            SELECT n.nspname || '.' || c.relname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
            JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attname = 'organization_id'
            WHERE n.nspname \(Self.ours) AND c.relkind IN ('r', 'p') AND NOT c.relispartition
                AND NOT (c.relrowsecurity AND EXISTS (SELECT FROM pg_policy AS p WHERE p.polrelid = c.oid))
            """)
        #expect(open == [])
    }

    @Test func `nobody is granted anything on a partition, and the public nothing at all`() async throws {
        let partitions = try await names(
            """
            SELECT c.oid::regclass::text FROM pg_class AS c, aclexplode(c.relacl) AS g
            WHERE c.relispartition AND g.grantee <> c.relowner
            """)
        #expect(partitions == [])
        let toPublic = try await names(
            """
            SELECT c.oid::regclass::text || ' ' || g.privilege_type
            FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace, aclexplode(c.relacl) AS g
            WHERE n.nspname \(Self.ours) AND g.grantee = 0
            UNION ALL
            SELECT p.oid::regprocedure::text || ' ' || g.privilege_type
            FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace,
                aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) AS g
            WHERE n.nspname \(Self.ours) AND g.grantee = 0
            UNION ALL
            SELECT n.nspname || ' ' || g.privilege_type FROM pg_namespace AS n, aclexplode(n.nspacl) AS g
            WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND g.grantee = 0
            """)
        #expect(toPublic == [])
    }

    @Test func `functions that run with their owner's rights name their search path`() async throws {
        let loose = try await names(
            """
            SELECT p.oid::regprocedure::text FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace
            WHERE n.nspname \(Self.ours) AND p.prosecdef
                AND NOT coalesce(p.proconfig::text LIKE '%search_path=%', false)
            """)
        #expect(loose == [])
    }

    @Test func `the services' roles can do nothing but what they are granted`() async throws {
        let strong = try await names(
            """
            SELECT rolname::text FROM pg_roles WHERE rolname LIKE 'onus\\_%' AND rolname IN
                ('onus_ingestion', 'onus_scoring', 'onus_notification', 'onus_console')
                AND (rolsuper OR rolbypassrls OR rolcreatedb OR rolcreaterole OR rolcanlogin)
            """)
        #expect(strong == [])
    }

    /// A right to a table counts without one to its schema, too: that would come with any later grant.
    @Test func `behind the wall and in the record of looks nobody may do more than this`() async throws {
        let grants = try await names(
            """
            SELECT format(
                '%s %s %s', o.name, g.grantee::regrole, string_agg(DISTINCT g.privilege_type, ' ' ORDER BY g.privilege_type))
            FROM (
                SELECT n.nspname AS name, n.nspacl AS acl, n.nspowner AS owner
                FROM pg_namespace AS n WHERE n.nspname IN ('learner', 'audit')
                UNION ALL
                SELECT c.oid::regclass::text, c.relacl, c.relowner
                FROM pg_class AS c WHERE c.relnamespace IN ('learner'::regnamespace, 'audit'::regnamespace)
                UNION ALL
                SELECT c.oid::regclass::text, a.attacl, c.relowner
                FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid
                WHERE c.relnamespace IN ('learner'::regnamespace, 'audit'::regnamespace)
                UNION ALL
                SELECT p.oid::regproc::text, p.proacl, p.proowner
                FROM pg_proc AS p WHERE p.pronamespace IN ('learner'::regnamespace, 'audit'::regnamespace)
            ) AS o, aclexplode(o.acl) AS g
            WHERE g.grantee <> o.owner GROUP BY o.name, g.grantee ORDER BY o.name COLLATE "C", g.grantee::regrole::text
            """)
        #expect(
            grants == [
                "audit onus_console USAGE", "audit onus_ingestion USAGE", "audit.access onus_console INSERT SELECT",
                // For what a SCIM client or an operator does through it.
                "audit.access onus_ingestion INSERT", "learner onus_console USAGE", "learner onus_ingestion USAGE",
                "learner.bring_statements onus_ingestion EXECUTE", "learner.consistent_through onus_ingestion EXECUTE",
                "learner.keep_statements onus_ingestion EXECUTE", "learner.learning onus_console DELETE SELECT",
                "learner.learning onus_ingestion INSERT", "learner.statement_brought onus_ingestion EXECUTE",
                "learner.statements_brought onus_ingestion EXECUTE",
            ])
    }

    @Test func `no service may change or remove what the log holds`() async throws {
        let grants = try await names(
            """
            SELECT c.relname || ' ' || g.privilege_type || ' ' || g.grantee::regrole::text
            FROM pg_class AS c, aclexplode(c.relacl) AS g
            WHERE c.oid IN ('log.event'::regclass, 'log.identity'::regclass, 'audit.access'::regclass)
                AND g.grantee <> c.relowner AND g.privilege_type NOT IN ('SELECT', 'INSERT')
            """)
        #expect(grants == [])
    }
}
