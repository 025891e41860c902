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
                let held = try await connection.query("SELECT name FROM hook.poll WHERE lease IS NOT NULL")
                #expect(try held.map { try $0.text(0) } == ["b"])
            }
        }
    }

    @Test func `who takes a poll over leaves its vendor alone for a minute, and nobody cuts a pause short`()
        async throws
    {
        try await TestDatabase.withMigrated { database in
            try await database.pool.withConnection { connection in
                let hooks = Hooks(connection, .default)
                func enable(polls: Bool = true) async throws {
                    try await hooks.enable(
                        "a",
                        Hooks.Setup(
                            connector: "c", role: .integration, secret: nil, apiSecret: nil, settings: [:],
                            polls: polls, cursor: nil))
                }
                func seconds() async throws -> Int? {
                    try await connection.query(
                        "SELECT extract(epoch FROM leased_until - now())::integer FROM hook.poll WHERE lease IS NULL"
                    ).only().optionalInt4(0).map(Int.init)
                }
                // Nobody has polled yet.
                try await enable()
                #expect(try await seconds() == nil)
                let lease =
                    "UPDATE hook.poll SET lease = gen_random_uuid(), leased_until = now() + interval '3 minutes'"
                try await connection.execute(lease)
                #expect(try await hooks.disable("a"))
                #expect(try await seconds().map { (58...60).contains($0) } == true)
                try await connection.execute(
                    "UPDATE hook.poll SET lease = NULL, leased_until = now() + interval '30 seconds'")
                try await enable()
                #expect(try await seconds().map { (28...30).contains($0) } == true)
                #expect(try await hooks.disable("a"))
                #expect(try await seconds().map { (28...30).contains($0) } == true)
                try await connection.execute(lease)
                try await enable()
                #expect(try await seconds().map { (58...60).contains($0) } == true)
                // Not by way of a row that is made anew either.
                try await enable(polls: false)
                try await enable()
                #expect(try await seconds().map { (58...60).contains($0) } == true)
            }
        }
    }
}
