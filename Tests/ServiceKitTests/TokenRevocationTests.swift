import Models
import Postgres
import Schema
import ServiceKit
import Support
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(5))) struct TokenRevocationTests {
    @Test func `what is revoked works nowhere any more after a second, on every replica`() async throws {
        try await TestDatabase.withMigrated { database in
            let clock = TestClock()
            let replicas = (0..<2).map { _ in TokenVerifier(pool: database.pool, now: { clock.now }) }
            let secret = try await database.pool.withConnection { connection in
                try await Tokens(connection).create(name: "t", role: .admin, organization: .default, rate: 3).value
            }
            for replica in replicas {
                #expect(try await replica.principal(of: secret)?.rate == 3)
            }
            let revoked = try await database.pool.withConnection { connection in
                try await Tokens(connection).revoke("t", organization: .default)
            }
            #expect(revoked == 1)
            // A verdict of before may be kept for a second, and not for a moment longer.
            clock.advance(by: .seconds(1))
            for replica in replicas {
                #expect(try await replica.principal(of: secret) == nil)
            }
        }
    }

    @Test func `an answer that was long in coming is not given to those who asked after the second`() async throws {
        let clock = TestClock()
        let asked = Mutex(0)
        let (gate, open) = AsyncStream<Void>.makeStream()
        let (begun, begin) = AsyncStream<Void>.makeStream()
        let look: @Sendable (Int) async throws -> Int? = { _ in
            let number = asked.withLock {
                $0 += 1
                return $0
            }
            guard number == 1 else { return nil }
            begin.finish()
            for await _ in gate {}
            return number
        }
        let lookup = SharedLookup(lifetime: TokenVerifier.lifetime, now: { clock.now }, look: look)
        async let first = lookup.value(for: 1)
        for await _ in begun {}
        clock.advance(by: .seconds(1))
        async let late = lookup.value(for: 1)
        open.finish()
        #expect(try await first == 1)
        #expect(try await late == nil)
        #expect(asked.withLock { $0 } == 2)
    }
}
