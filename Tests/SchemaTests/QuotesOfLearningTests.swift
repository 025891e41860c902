import Postgres
import Schema
import Support
import Testing

@Suite(.timeLimit(.minutes(5))) struct QuotesOfLearningTests {
    @Test func `what older services quoted of learning goes, and of events of the job stays`() async throws {
        try await TestDatabase.withEmpty { database in
            try await database.pool.withConnection { connection in
                let all = try Migration.all()
                _ = try await Migrator(connection, migrations: all.filter { $0.version < 98 }).migrate()
                try await connection.execute(
                    """
                    INSERT INTO log.quarantine (organization_id, pointer, title, detail, type, body, body_hash)
                    SELECT 1, '/time', 't', detail, type, body, sha256(detail::bytea)
                    FROM (VALUES
                        ('expected a time, got "my, got "diary"', NULL, NULL),
                        ('line 3 of the body: expected 1.0, got "diary…"', NULL, NULL),
                        ('expected an object, got a string', NULL, NULL),
                        ('expected one of a, b, got "c"', 'onus.gap.action', '{}'),
                        ('expected one of a, b, got "settled"', 'onus.gap.action', NULL)
                    ) AS e (detail, type, body)
                    """)
                _ = try await Migrator(connection, migrations: all).migrate()
                let details = try await connection.query(
                    "SELECT detail FROM log.quarantine ORDER BY detail COLLATE \"C\"")
                #expect(
                    try details.map { try $0.text(0) } == [
                        "expected a time", "expected an object, got a string", "expected one of a, b, got \"c\"",
                        "expected one of a, b, got \"settled\"", "line 3 of the body: expected 1.0",
                    ])
            }
        }
    }
}
