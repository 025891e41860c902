import Models
import Postgres
import Support
import Testing

@testable import EventLog

@Suite(.timeLimit(.minutes(5))) struct StateTests {
    private static func run(_ body: (LogFixture) async throws -> Void) async throws {
        try await LogFixture.run { log in
            try await log.database.pool.execute(
                "INSERT INTO hook.hook (organization_id, name, connector) VALUES (1, 'h', 'tool'), (1, 'i', 'tool')")
            try await body(log)
        }
    }

    private static func entries(_ states: [String], of subject: String) -> [StateEntry] {
        states.map { StateEntry(LogEntry(LogFixture.event($0)), of: subject) }
    }

    /// Sees states of one thing, in one transaction.
    private static func see(
        _ states: String..., of subject: String = "ann", hook: String = "h", received: Instant? = nil,
        in log: LogFixture
    ) async throws -> [Bool] {
        try await log.appender.append(
            entries(states, of: subject), of: hook, organization: .default, received: received)
    }

    /// As an older ingestion does, which does not count.
    private static func seeUncounted(_ state: String, in log: LogFixture) async throws -> Bool {
        try await log.appender.append([LogFixture.event(state)], organization: .default).accepted == 1
    }

    private static func ids(_ log: LogFixture) async throws -> [String] {
        try await log.database.pool.query("SELECT id FROM log.event ORDER BY seq").map { try $0.text(0) }
    }

    private static func changes(_ log: LogFixture) async throws -> [Int] {
        try await log.database.pool.query("SELECT changes FROM hook.state ORDER BY name, subject").map { try $0.int(0) }
    }

    @Test func `a state that stays is one event, and one that comes back is another`() async throws {
        try await Self.run { (log) async throws in
            for (state, isNew) in [("A", true), ("A", false), ("B", true), ("A", true), ("A", false), ("B", true)] {
                #expect(try await Self.see(state, in: log) == [isNew])
            }
            #expect(try await Self.ids(log) == ["A", "B", "A/3", "B/4"])
            #expect(try await Self.changes(log) == [4])
        }
    }

    @Test func `states that are seen together count in their order, and each thing for itself`() async throws {
        try await Self.run { (log) async throws in
            #expect(try await Self.see("A", "B", "A", "A", in: log) == [true, true, true, false])
            #expect(try await Self.see("C", "D", of: "bob", in: log) == [true, true])
            #expect(try await Self.see("A", "B", in: log) == [false, true])
            #expect(try await Self.ids(log) == ["A", "B", "A/3", "C", "D", "B/4"])
        }
    }

    @Test func `states that come again together are known, also where they come at once`() async throws {
        try await Self.run { (log) async throws in
            for isNew in [true, false, false] {
                #expect(try await Self.see("A", "B", in: log) == [isNew, isNew])
                #expect(try await Self.see("C", "D", "C", of: "bob", in: log) == [isNew, isNew, isNew])
            }
            let new = try await withThrowingTaskGroup(of: [Bool].self) { group in
                for _ in 0..<6 { group.addTask { try await Self.see("E", "F", in: log) } }
                return try await group.reduce(into: 0) { $0 += $1.count { $0 } }
            }
            #expect(new == 2)
            // One that has not been told is.
            #expect(try await Self.see("A", "B", in: log) == [true, true])
            #expect(try await Self.ids(log) == ["A", "B", "C", "D", "C/3", "E", "F", "A/5", "B/6"])
        }
    }

    @Test func `of things that share an identity, those that are seen together are no two events of it`() async throws {
        try await Self.run { (log) async throws in
            _ = try await Self.see("A", "B", in: log)
            _ = try await Self.see("A", "C", of: "bob", in: log)
            func both(_ state: String, _ other: String) async throws -> [Bool] {
                try await log.appender.append(
                    Self.entries([state], of: "ann") + Self.entries([other], of: "bob"), of: "h", organization: .default
                )
            }
            #expect(try await both("A", "A") == [true, true])
            #expect(try await Self.ids(log) == ["A", "B", "C", "A/3", "A/4"])
            _ = try await Self.see("B", in: log)
            #expect(try await both("A", "A/5") == [true, false])
            #expect(try await Self.ids(log) == ["A", "B", "C", "A/3", "A/4", "B/4", "A/5"])
        }
    }

    @Test func `what was seen before how things stand, and is stored after it, changes nothing`() async throws {
        try await Self.run { (log) async throws in
            let start = Instant(try await log.database.pool.query("SELECT now()").only().timestamptz(0))
            for (state, seconds, isNew) in [("A", 0, true), ("B", 2, true), ("A", 1, false), ("B", 3, false)] {
                #expect(try await Self.see(state, received: start.adding(seconds: seconds), in: log) == [isNew])
            }
            #expect(try await Self.ids(log) == ["A", "B"])
            #expect(try await Self.changes(log) == [2])
            // Seen again later, it has come back.
            #expect(try await Self.see("A", received: start.adding(seconds: 4), in: log) == [true])
        }
    }

    @Test func `nobody's identifier is kept of how things stand, and with its hook it is forgotten`() async throws {
        try await Self.run { (log) async throws in
            _ = try await Self.see("A", of: "m4rk3r", in: log)
            _ = try await Self.see("E", of: "m4rk3r", hook: "i", in: log)
            let rows = try await log.database.pool.query("SELECT state::text FROM hook.state AS state")
            #expect(try rows.count == 2 && rows.allSatisfy { try !$0.text(0).contains("m4rk3r") })
            try await log.database.pool.execute("DELETE FROM hook.hook WHERE name = 'h'")
            #expect(try await Self.changes(log) == [1])
        }
    }

    @Test func `one change that is seen many times at once is one event with one number`() async throws {
        try await Self.run { (log) async throws in
            _ = try await Self.see("A", "B", of: "ann", in: log)
            _ = try await Self.see("C", "D", of: "bob", in: log)
            // Each sees both, in another order.
            let both = Self.entries(["A"], of: "ann") + Self.entries(["C"], of: "bob")
            let new = try await withThrowingTaskGroup(of: [Bool].self) { group in
                for number in 0..<12 {
                    group.addTask {
                        try await log.appender.append(
                            number.isMultiple(of: 2) ? both : both.reversed(), of: "h", organization: .default)
                    }
                }
                return try await group.reduce(into: 0) { $0 += $1.count { $0 } }
            }
            #expect(new == 2)
            #expect(try await Set(Self.ids(log)) == ["A", "B", "A/3", "C", "D", "C/3"])
            #expect(try await Self.changes(log) == [3, 3])
        }
    }

    @Test func `who sees a change while another one stores it waits, and has nothing to add`() async throws {
        try await Self.run { (log) async throws in
            _ = try await Self.see("A", "B", in: log)
            let new = try await withThrowingTaskGroup(of: [Bool].self) { group in
                try await log.ingestion.withTransaction { connection in
                    _ = try await connection.pipeline([.working(for: .default)])
                    let holder = try await connection.query("SELECT pg_backend_pid() FROM hook.state FOR UPDATE").only()
                        .int4(0)
                    group.addTask { try await Self.see("A", in: log) }
                    func waiting() async throws -> [String] {
                        try await log.database.pool.query(
                            "SELECT query FROM pg_stat_activity WHERE $1 = ANY (pg_blocking_pids(pid))", [.int4(holder)]
                        ).map { try $0.text(0) }
                    }
                    while try await waiting().isEmpty { await Task.yield() }
                    // Before it looks which numbers are taken. Asked anew: a text is read before it is read who waits.
                    let statement = try await waiting().first
                    #expect(statement?.contains("FOR UPDATE") == true, "\(statement ?? "nothing")")
                    let states = StateAppend(.default, hook: "h", in: connection)
                    #expect(try await states.append(Self.entries(["A"], of: "ann")) == [true])
                }
                return try await group.next()
            }
            #expect(new == [false])
            #expect(try await Self.see("A", in: log) == [false])
            #expect(try await Self.ids(log) == ["A", "B", "A/3"])
        }
    }

    @Test func `the number moves with the append or not at all`() async throws {
        try await Self.run { (log) async throws in
            _ = try await Self.see("A", "B", in: log)
            await #expect(throws: Unexpected.self) {
                try await log.ingestion.withTransaction { connection in
                    _ = try await connection.pipeline([.working(for: .default)])
                    let states = StateAppend(.default, hook: "h", in: connection)
                    #expect(try await states.append(Self.entries(["A"], of: "ann")) == [true])
                    throw Unexpected("the process ends")
                }
            }
            #expect(try await Self.changes(log) == [2])
            #expect(try await Self.see("A", in: log) == [true])
            #expect(try await Self.ids(log) == ["A", "B", "A/3"])
        }
    }

    @Test func `what was read before anybody counted stays one event, and a state that comes back then is told`()
        async throws
    {
        try await Self.run { (log) async throws in
            for state in ["A", "B"] { #expect(try await Self.seeUncounted(state, in: log)) }
            #expect(try await Self.see("B", in: log) == [false])
            #expect(try await Self.see("A", in: log) == [true])
            #expect(try await Self.ids(log) == ["A", "B", "A/2"])
        }
    }

    @Test func `beside older services nothing is stored twice, and what they take for known is not lost`() async throws
    {
        try await Self.run { (log) async throws in
            _ = try await Self.see("A", "B", in: log)
            // A change that the older one sees first, and one that the newer one does.
            #expect(try await Self.seeUncounted("C", in: log))
            #expect(try await Self.see("C", in: log) == [false])
            #expect(try await Self.see("D", in: log) == [true])
            #expect(try await Self.seeUncounted("D", in: log) == false)
            // A state that comes back, which the older one does not see.
            #expect(try await Self.seeUncounted("A", in: log) == false)
            #expect(try await Self.see("A", in: log) == [true])
            #expect(try await Self.seeUncounted("A", in: log) == false)
            #expect(try await Self.see("C", in: log) == [true])
            #expect(try await Self.ids(log) == ["A", "B", "C", "D", "A/5", "C/6"])
        }
    }

    @Test func `a hook that was forgotten and set up anew gives no number twice`() async throws {
        try await Self.run { (log) async throws in
            _ = try await Self.see("A", "B", "A", in: log)
            try await log.database.pool.execute("DELETE FROM hook.state")
            for state in ["C", "B", "A"] { #expect(try await Self.see(state, in: log) == [true]) }
            #expect(try await Self.ids(log) == ["A", "B", "A/3", "C", "B/2", "A/4"])
        }
    }

    @Test func `what was received before a later state is stored once, and says nothing of how things stand`()
        async throws
    {
        try await Self.run { (log) async throws in
            func release(_ state: String, received: Instant) async throws -> [Bool] {
                try await log.ingestion.withTransaction { connection in
                    _ = try await connection.pipeline([.working(for: .default)])
                    return try await StateAppend(.default, hook: "h", in: connection)
                        .append(Self.entries([state], of: "ann"), received: received)
                }
            }
            func now() async throws -> Instant {
                Instant(try await log.database.pool.query("SELECT now()").only().timestamptz(0))
            }
            let before = try await now()
            _ = try await Self.see("A", in: log)
            for isNew in [true, false] { #expect(try await release("B", received: before) == [isNew]) }
            #expect(try await Self.see("A", in: log) == [false])
            // The one that was released is of another time.
            #expect(try await Self.see("B", in: log) == [true])
            let after = try await now()
            #expect(try await release("C", received: after) == [true])
            #expect(try await Self.see("C", in: log) == [false])
            #expect(try await Self.ids(log) == ["A", "B", "B/2", "C"])
        }
    }

    @Test func `an identity that a number would make too long is one of its hash`() {
        let long = EventIdentity(source: "s", id: String(repeating: "x", count: EventIdentity.limit))
        let numbered = long.numbered(2)
        #expect(numbered.id == "\(long.hash)/2" && numbered.source == "s")
        #expect(EventIdentity(source: "s", id: "x").numbered(2).id == "x/2")
    }

    @Test func `ingestion changes how things stand, and never whose it is`() async throws {
        try await Self.run { (log) async throws in
            _ = try await Self.see("A", in: log)
            for sql in ["UPDATE hook.state SET subject = gen_random_uuid()", "DELETE FROM hook.state"] {
                let error = await #expect(throws: PostgresError.self) {
                    try await log.ingestion.execute(sql)
                }
                #expect(error?.sqlState == .insufficientPrivilege)
            }
            let foreign = try await log.ingestion.withTransaction { connection in
                _ = try await connection.pipeline([.working(for: OrganizationID(rawValue: 2))])
                return try await connection.query("SELECT FROM hook.state").count
            }
            #expect(foreign == 0)
        }
    }
}
