import Postgres
import Schema
import Support
import Testing

@Suite(.timeLimit(.minutes(5))) struct QuarantineOfHooksTests {
    @Test func `items of vendors that older services kept whole go, events and corrections stay`() async throws {
        try await TestDatabase.withEmpty { database in
            try await database.pool.withConnection { connection in
                let all = try Migration.all()
                _ = try await Migrator(connection, migrations: all.filter { $0.version < 99 }).migrate()
                try await connection.execute(
                    """
                    WITH hook AS (
                        INSERT INTO hook.hook (organization_id, name, connector) VALUES (1, 'h', 'c') RETURNING id
                    )
                    INSERT INTO log.quarantine
                        (organization_id, pointer, title, detail, source, body, fixed, state, body_hash, token_id)
                    SELECT 1, e.name, 't', 'd', e.source, '{"salary":1}', e.fixed, e.state, sha256(e.name::bytea),
                        CASE WHEN e.hooked THEN hook.id ELSE gen_random_uuid() END
                    FROM hook, (VALUES
                        ('item', true, NULL, NULL, 'held'), ('corrected', true, NULL, '{}', 'approved'),
                        ('approved', true, NULL, NULL, 'approved'), ('event', true, '/connectors/h', NULL, 'held'),
                        ('sent', false, NULL, NULL, 'held')
                    ) AS e (name, hooked, source, fixed, state)
                    """)
                _ = try await Migrator(connection, migrations: all).migrate()
                let rows = try await connection.query(
                    "SELECT concat_ws(' ', pointer, state, body, fixed) FROM log.quarantine ORDER BY pointer")
                #expect(
                    try rows.map { try $0.text(0) } == [
                        "approved held", "corrected approved {}", #"event held {"salary":1}"#, "item held",
                        #"sent held {"salary":1}"#,
                    ])
            }
        }
    }
}
