import Testing

@testable import Postgres

/// The connection's bookkeeping, without a database.
struct BookkeepingTests {
    @Test func `the cache forgets the least recently used`() {
        var cache = StatementCache(limit: 2)
        let keys = ["a", "b", "c"].map { StatementCache.Key(sql: $0, types: []) }
        for key in keys { cache.insert(key, name: "name of \(key.sql)") }
        _ = cache.name(of: keys[0])
        let evicted = cache.evict()
        #expect(evicted == ["name of b"])
        let name = cache.name(of: keys[1])
        #expect(name == nil)
        let more = cache.evict()
        #expect(more == [])
        let names = [cache.newName(), cache.newName()]
        #expect(names[0] != names[1])
    }

    private func expectTurn(_ expected: Bool, for scope: Turnstile.Scope, _ turnstile: inout Turnstile) {
        let got = turnstile.tryEnter(scope)
        #expect(got == expected)
    }

    @Test func `only those inside the innermost transaction get the turn`() {
        var turnstile = Turnstile()
        expectTurn(true, for: 0, &turnstile)
        let outer = turnstile.push()
        turnstile.leave()
        expectTurn(false, for: 0, &turnstile)
        expectTurn(true, for: outer, &turnstile)
        let inner = turnstile.push()
        turnstile.leave()
        expectTurn(false, for: outer, &turnstile)
        expectTurn(true, for: inner, &turnstile)
        turnstile.pop(outer)
        #expect(!turnstile.isOpen(inner))
        turnstile.leave()
        expectTurn(true, for: 0, &turnstile)
    }

    @Test func `several hosts make several attempts with the right ports`() throws {
        let configuration = ConnectionConfiguration(
            url: "postgresql://u@a:1,b:2/d?connect_timeout=3&target_session_attrs=prefer-standby")
        let attempts = try configuration.attempts()
        #expect(attempts.map { $0.parameters["host"] } == ["a", "b", "a", "b"])
        #expect(attempts.map { $0.parameters["port"] } == ["1", "2", "1", "2"])
        #expect(attempts.map { $0.parameters["target_session_attrs"] } == ["standby", "standby", "any", "any"])
        #expect(attempts.allSatisfy { $0.timeout == .seconds(3) })
    }

    @Test func `what the URL says goes before the defaults`() throws {
        let plain = try #require(try ConnectionConfiguration(url: "postgresql://h/d").attempts().first?.parameters)
        #expect(plain["tcp_user_timeout"] == "30000")
        #expect(plain["application_name"] == "onus")
        #expect(plain["options"] == "-c TimeZone=UTC")
        let own = try #require(
            try ConnectionConfiguration(
                url: "postgresql://h/d?tcp_user_timeout=1&application_name=x&options=-c%20work_mem%3D1MB",
                statementTimeout: .seconds(2)
            ).attempts().first?.parameters)
        #expect(own["tcp_user_timeout"] == "1")
        #expect(own["application_name"] == "x")
        #expect(own["options"] == "-c TimeZone=UTC -c statement_timeout=2000 -c work_mem=1MB")
        let pooler = try ConnectionConfiguration(url: "postgresql://h/d", preparedStatements: .off).attempts()
        #expect(pooler.first?.parameters["options"] == nil)
    }

    @Test func `a configuration shows no password`() {
        let configuration = ConnectionConfiguration(url: "postgresql://u:sesame@h:5/d")
        #expect("\(configuration)" == "h:5/d")
    }

    @Test func `delays double up to their bound, with chance`() {
        var backoff = Backoff(from: .milliseconds(100), to: .seconds(1))
        let delays = (0..<100).map { _ in backoff.next() }
        #expect((.milliseconds(50) ... .milliseconds(100)).contains(delays[0]))
        #expect((.milliseconds(200) ... .milliseconds(400)).contains(delays[2]))
        #expect(delays.allSatisfy { $0 <= .seconds(1) })
        backoff.reset()
        let first = backoff.next()
        #expect(first <= .milliseconds(100))
    }

    @Test func `a UUID reads and writes its usual form, and orders by its bytes`() {
        let text = "0f8fad5b-d9cb-469f-a165-70867728950e"
        #expect(UUIDBytes(text)?.description == text)
        #expect(UUIDBytes(text.uppercased())?.description == text)
        #expect(UUIDBytes(text)?.bytes.count == 16)
        #expect(UUIDBytes(text).map { UUIDBytes($0.bytes) } == UUIDBytes(text))
        let pair = UUIDBytes(text).map { [$0, UUIDBytes(high: 1, low: 2)] } ?? []
        #expect(UUIDBytes.list(of: pair.flatMap(\.bytes)) == pair)
        #expect(UUIDBytes.list(of: pair.flatMap(\.bytes) + [0]) == nil)
        for bad in ["", "0f8fad5b", text + "0", "zf8fad5b-d9cb-469f-a165-70867728950e"] {
            #expect(UUIDBytes(bad) == nil)
        }
        #expect(UUIDBytes(high: 1, low: 0) > UUIDBytes(high: 0, low: .max))
        #expect(UUIDBytes.random().description.dropFirst(14).first == "4")
    }

    @Test func `errors show names and codes`() {
        var error = PostgresError(.server, "the server refused a value", sqlState: .uniqueViolation)
        error.constraint = "token_key"
        error.table = "token"
        error.schema = "onus"
        error.statement = "INSERT …"
        error.statementIndex = 2
        #expect(
            error.description
                == "PostgreSQL server [23505]: the server refused a value; constraint token_key; table onus.token; statement 2 of the pipeline"
        )
        #expect(error.debugDescription.hasSuffix("; SQL: INSERT …"))
        #expect(SQLState.uniqueViolation.class == "23")
    }
}
