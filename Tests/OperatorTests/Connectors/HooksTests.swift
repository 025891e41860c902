import Models
import Postgres
import Schema
import Support
import Testing

@testable import Operator

@Suite struct HooksTests {
    @Test func `switching a hook off takes its poll from whoever makes it`() async throws {
        try await TestDatabase.withMigrated { database in
            try await database.pool.withConnection { connection in
                let hooks = Hooks(connection, .default)
                let setup = Hooks.Setup(
                    connector: "c", role: .integration, secret: nil, apiSecret: nil, settings: [:], polls: true,
                    cursor: nil)
                for name in ["a", "b"] { try await hooks.enable(name, setup) }
                try await connection.execute(
                    "UPDATE hook.poll SET lease = gen_random_uuid(), leased_until = now() + interval '3 minutes'")
                #expect(try await hooks.disable("a"))
                #expect(try await hooks.disable("a") == false)
                #expect(try await hooks.disable("c") == false)
                let held = try await connection.query(
                    "SELECT name FROM hook.poll WHERE lease IS NOT NULL AND leased_until IS NOT NULL")
                #expect(try held.map { try $0.text(0) } == ["b"])
            }
        }
    }
}
