import Models
import Postgres
import Support
import Synchronization
import Testing

@testable import EventLog

@Suite(.timeLimit(.minutes(5))) struct IdentityTiersTests {
    private struct Tiers {
        let log: LogFixture

        func close() async throws -> Bool { try await IdentityTiers.close(holding: 1, in: log.ingestion) == .closed }

        func names() async throws -> [String] {
            try await log.database.pool.query("SELECT name FROM log.tier ORDER BY begun").map { try $0.text(0) }
        }

        func appended(_ ids: some Sequence<Int>, by appender: EventAppender) async throws -> [Bool] {
            try await appender.append(LogFixture.events(ids), organization: .default).isNew
        }

        /// Each event and each identity once.
        func holds(_ count: Int64) async throws -> Bool {
            let row = try await log.database.pool.query(
                """
                SELECT (SELECT count(*) FROM log.event), (SELECT count(DISTINCT identity) FROM log.event),
                    (SELECT count(*) FROM log.identity), (SELECT count(DISTINCT identity) FROM log.identity)
                """
            ).only()
            for column in 0..<4 where try row.int8(column) != count { return false }
            return true
        }
    }

    private final class Closings: Sendable {
        private let closed = Atomic(0)

        var count: Int { closed.load(ordering: .relaxed) }

        func add() { closed.add(1, ordering: .relaxed) }
    }

    private static func run(_ body: (LogFixture, Tiers) async throws -> Void) async throws {
        try await LogFixture.run { log in try await body(log, Tiers(log: log)) }
    }

    @Test(arguments: [false, true])
    func `what is in a closed tier is known, with filters and without`(hasFilters: Bool) async throws {
        try await Self.run { (log, tiers) async throws in
            let known = IdentityTiers()
            let appender = EventAppender(pool: log.ingestion, wakeUp: nil, tiers: known)
            for tier in 0..<3 {
                #expect(try await tiers.appended(100 * tier..<100 * tier + 100, by: appender).allSatisfy(\.self))
                #expect(try await tiers.close())
                if hasFilters { #expect(try await known.refresh(in: log.ingestion) == 1) }
            }
            #expect(try await tiers.names().count == 4)
            let some = Array(50..<350)
            #expect(try await tiers.appended(some, by: appender) == some.map { $0 >= 300 })
            #expect(try await tiers.appended(some, by: appender) == some.map { _ in false })
            #expect(try await tiers.appended([7], by: appender) == [false])
            #expect(try await tiers.holds(350))
            let row = known.measure
            #expect(row.closed == 3 && row.withoutFilter == (hasFilters ? 0 : 3))
            // Another organisation's are others.
            let elsewhere = try await OtherOrganization.make(log)
            #expect(try await appender.append(LogFixture.events(0..<10), organization: elsewhere).accepted == 10)
            #expect(try await log.readAll(log.consumer()).count == 360)
            #expect(
                try await KnownIdentities(pool: log.ingestion).count(
                    among: Set(LogFixture.events(340..<400).map(\.identity.hash)), organization: .default) == 10)
        }
    }

    @Test(arguments: [false, true])
    func `one in a closed tier among many that are expected to be new is known, and leaves nothing dead`(
        hasFilters: Bool
    ) async throws {
        try await Self.run { (log, tiers) async throws in
            let known = IdentityTiers()
            let appender = EventAppender(pool: log.ingestion, wakeUp: nil, tiers: known)
            for tier in 0..<2 {
                #expect(try await tiers.appended(100 * tier..<100 * tier + 100, by: appender).allSatisfy(\.self))
                #expect(try await tiers.close())
            }
            if hasFilters { #expect(try await known.refresh(in: log.ingestion) == 2) }
            // 7 and 107 are none of the sixteen that are looked for in the open tier, and each is in another one.
            let all = Array(1_000..<1_005) + [7] + Array(1_005..<1_190) + [107] + Array(1_190..<1_300)
            func append(_ ids: [Int]) async throws -> [Bool] {
                try await appender.append(
                    LogFixture.events(ids).map(LogEntry.init), organization: .default, expectsNew: true
                ).isNew
            }
            #expect(try await append(all) == all.map { $0 >= 1_000 })
            #expect(try await append(Array(2_000..<2_100)) == [Bool](repeating: true, count: 100))
            #expect(try await log.count("log.event") == 600)
            #expect(try await log.count("log.identity") == 600)
            #expect(try await log.deadRows() == 0)
        }
    }

    @Test func `a filter that another process has kept is read, and serves whoever appends`() async throws {
        try await Self.run { (log, tiers) async throws in
            #expect(try await tiers.appended(0..<2_000, by: log.appender).allSatisfy(\.self))
            #expect(try await tiers.close())
            #expect(try await IdentityTiers().refresh(in: log.ingestion) == 1)
            // Its identities are asked for no more: rows that nobody can read any more would be missed.
            try await log.database.pool.execute("REVOKE EXECUTE ON FUNCTION log.tier_identities FROM onus_ingestion")
            let known = IdentityTiers()
            #expect(try await known.refresh(in: log.ingestion) == 1)
            #expect(try await known.refresh(in: log.ingestion) == 0)
            let standing = try #require(known.known)
            #expect(
                standing.suspects(among: LogFixture.events(0..<2_000).map(\.identity.hash))[0].identities.count == 2_000
            )
            let others = standing.suspects(among: LogFixture.events(2_000..<12_000).map(\.identity.hash))
            #expect((others.first?.identities.count ?? 0) < 50)
            let appender = EventAppender(pool: log.ingestion, wakeUp: nil, tiers: known)
            #expect(try await tiers.appended(1_990..<2_010, by: appender) == (1_990..<2_010).map { $0 >= 2_000 })
        }
    }

    @Test func `filters take no more memory than they may`() async throws {
        try await Self.run { (log, tiers) async throws in
            let known = IdentityTiers()
            for tier in 0..<3 {
                #expect(try await tiers.appended(200 * tier..<200 * tier + 200, by: log.appender).allSatisfy(\.self))
                #expect(try await tiers.close())
            }
            #expect(try await known.refresh(in: log.ingestion, memory: 2_300) == 2)
            // It is not read again and again.
            #expect(try await known.refresh(in: log.ingestion, memory: 2_300) == 0)
            #expect(
                try await log.database.pool.query("SELECT count(*) FROM log.tier WHERE filter IS NOT NULL").only().int(
                    0) == 2)
            #expect(known.measure.withoutFilter == 1)
            #expect(known.measure.filterBytes <= 2_300)
            #expect(known.known?.closed.last?.filter == nil)
        }
    }

    @Test func `whoever takes a closed tier for the open one is refused, and goes on with the open one`() async throws {
        try await Self.run { (log, tiers) async throws in
            let slow = EventAppender(pool: log.ingestion, wakeUp: nil)
            let quick = EventAppender(pool: log.ingestion, wakeUp: nil)
            #expect(try await tiers.appended(0..<10, by: slow).allSatisfy(\.self))
            #expect(try await tiers.close())
            #expect(try await tiers.appended(10..<20, by: quick).allSatisfy(\.self))
            #expect(try await tiers.close())
            // Of the second tier it has not heard, and of what is in it neither.
            #expect(try await tiers.appended(0..<30, by: slow) == (0..<30).map { $0 >= 20 })
            let new = try await slow.append(
                LogFixture.events(25..<35).map(LogEntry.init), organization: .default, expectsNew: true)
            #expect(new.isNew == (25..<35).map { $0 >= 30 })
            #expect(try await tiers.holds(35))
        }
    }

    @Test func `an ingestion that knows no tiers is refused and stores nothing`() async throws {
        try await Self.run { (log, tiers) async throws in
            #expect(try await tiers.appended([1], by: log.appender) == [true])
            #expect(try await tiers.close())
            let error = await #expect(throws: PostgresError.self) {
                try await log.database.pool.execute(
                    "INSERT INTO log.identity (organization_id, identity) VALUES (1, gen_random_uuid()) ON CONFLICT DO NOTHING"
                )
            }
            #expect(error?.sqlState == .serializationFailure && error?.table == "identity")
            #expect(try await tiers.holds(1))
        }
    }

    @Test func `a first tier that had identities stays open for a day after the first look at it`() async throws {
        try await Self.run { (log, tiers) async throws in
            func breaking() async throws -> Bool {
                try await log.database.pool.query("SELECT breaking IS NOT NULL FROM onus.migration WHERE version = 105")
                    .only().bool(0)
            }
            #expect(try await tiers.appended([1], by: log.appender) == [true])
            // As the migration leaves it.
            try await log.database.pool.execute("UPDATE log.tier SET begun = 'infinity'")
            #expect(try await !tiers.close())
            #expect(try await !tiers.close())
            try await log.database.pool.execute("UPDATE log.tier SET begun = begun - interval '23 hours 59 minutes'")
            #expect(try await !tiers.close())
            #expect(try await !breaking())
            try await log.database.pool.execute("UPDATE log.tier SET begun = begun - interval '2 minutes'")
            #expect(try await tiers.close())
            // A service of before that starts now ends and says why.
            #expect(try await breaking())
        }
    }

    @Test func `each tier has the rights, policies, keys and defaults of the first, and shows nobody else's`()
        async throws
    {
        try await Self.run { (log, tiers) async throws in
            let elsewhere = try await OtherOrganization.make(log)
            #expect(try await tiers.appended([1], by: log.appender) == [true])
            #expect(try await tiers.close())
            #expect(try await tiers.appended([2], by: log.appender) == [true])
            let described = try await log.database.pool.query(
                """
                SELECT c.relname, format('%s %s', c.relrowsecurity, c.relacl)
                    || (SELECT string_agg(format('%s %s %s %s', a.attname, a.attnotnull, a.attacl,
                            pg_get_expr(d.adbin, d.adrelid)), ';' ORDER BY a.attnum)
                        FROM pg_attribute AS a LEFT JOIN pg_attrdef AS d ON d.adrelid = c.oid AND d.adnum = a.attnum
                        WHERE a.attrelid = c.oid AND a.attnum > 0)
                    || (SELECT string_agg(format('%s %s %s %s %s', p.polname, p.polcmd, p.polroles,
                            pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)), ';')
                        FROM pg_policy AS p WHERE p.polrelid = c.oid)
                    || (SELECT string_agg(pg_get_constraintdef(k.oid), ';') FROM pg_constraint AS k WHERE k.conrelid = c.oid)
                FROM pg_class AS c WHERE c.relnamespace = 'log'::regnamespace AND c.relname ~ '^identity' AND c.relkind = 'r'
                """)
            #expect(described.count == 2)
            #expect(Set(try described.map { try $0.text(1) }).count == 1)
            let name = try #require(try await tiers.names().last)
            func insert(_ organization: Int, as current: OrganizationID) async throws {
                try await log.ingestion.withTransaction { connection in
                    _ = try await connection.pipeline([.working(for: current)])
                    #expect(
                        try await connection.query("SELECT FROM log.\(name)").count == (current == .default ? 1 : 0))
                    try await connection.execute(
                        "INSERT INTO log.\(name) (organization_id, identity) VALUES ($1, gen_random_uuid())",
                        [.int4(Int32(organization))])
                }
            }
            let error = await #expect(throws: PostgresError.self) { try await insert(1, as: elsewhere) }
            #expect(error?.sqlState == .insufficientPrivilege)
        }
    }

    @Test func `a filter of a tier that was closed at another moment is neither made nor kept`() async throws {
        try await Self.run { (log, tiers) async throws in
            #expect(try await tiers.appended([1], by: log.appender) == [true])
            #expect(try await tiers.close())
            let known = IdentityTiers()
            let standing = try known.learn(try await log.ingestion.pipeline([IdentityTiers.look])[0])
            // As in a database in which it was closed again after a restore, between two questions of who makes a filter.
            try await log.database.pool.execute(
                "UPDATE log.tier SET closed = closed + interval '1 hour' WHERE closed IS NOT NULL")
            for sql in ["log.tier_identities('identity', $1, 0, 10)", "log.keep_filter('identity', $1, '\\x01')"] {
                let error = await #expect(throws: PostgresError.self) {
                    try await log.ingestion.query("SELECT \(sql)", [.timestamptz(standing.closed[0].since)])
                }
                #expect(error?.sqlState == .objectNotInPrerequisite)
            }
            #expect(
                try await log.database.pool.query("SELECT FROM log.tier WHERE filter IS NOT NULL").isEmpty)
        }
    }

    @Test func `a tier is closed where it is large, or a sixteenth of what is closed`() async throws {
        try await Self.run { (log, tiers) async throws in
            #expect(try await !tiers.close())
            #expect(try await tiers.appended(0..<4_000, by: log.appender).allSatisfy(\.self))
            #expect(try await IdentityTiers.close(holding: 5_000, in: log.ingestion) == .notDue)
            #expect(try await IdentityTiers.close(holding: 4_000, in: log.ingestion) == .closed)
            #expect(try await tiers.appended(4_000..<4_100, by: log.appender).allSatisfy(\.self))
            #expect(try await !tiers.close())
            #expect(try await tiers.appended(4_100..<4_700, by: log.appender).allSatisfy(\.self))
            #expect(try await tiers.close())
        }
    }

    @Test func `a tier that somebody appends to for long is not closed, and nobody waits for it`() async throws {
        try await Self.run { (log, tiers) async throws in
            #expect(try await tiers.appended([1], by: log.appender) == [true])
            try await log.database.pool.withTransaction { writer in
                try await writer.execute(
                    "INSERT INTO log.identity (organization_id, identity) VALUES (1, gen_random_uuid())")
                async let closing = IdentityTiers.close(holding: 1, in: log.ingestion)
                try await log.expectNobodyWaits(for: .seconds(1)) { (number) async throws in
                    #expect(try await tiers.appended([2 + number], by: log.appender) == [true])
                }
                #expect(try await closing == .busy)
            }
            #expect(try await tiers.names() == ["identity"])
            #expect(try await tiers.close())
        }
    }

    @Test func `a transaction that has an event to append begins again when its tier is closed`() async throws {
        try await Self.run { (log, tiers) async throws in
            try await log.database.pool.execute(
                "INSERT INTO hook.hook (organization_id, name, connector) VALUES (1, 'h', 'tool')")
            #expect(try await tiers.appended([1, 2], by: log.appender) == [true, true])
            #expect(try await tiers.close())
            let count = try await log.ingestion.withTransaction { connection in
                try await EventAppender.append(LogFixture.events(1...3), organization: .default, in: connection)
            }
            #expect(count == 1)
            #expect(try await tiers.close())
            let states = [1, 3, 4].map { StateEntry(LogEntry(LogFixture.event("\($0)")), of: "thing \($0)") }
            #expect(try await log.appender.append(states, of: "h", organization: .default) == [false, false, true])
            #expect(try await tiers.holds(4))
            // Where it learns the tier just before that is closed, the database refuses it.
            let error = await #expect(throws: PostgresError.self) {
                try await log.ingestion.withTransaction { connection in
                    let tier = try IdentityTier(try await connection.pipeline([IdentityTier.lookForOpen])[0])
                    #expect(try await tiers.close())
                    let append = AppendStatements(
                        organization: .default, entries: [LogEntry(LogFixture.event("5"))], tier: tier)
                    _ = try await connection.pipeline(append.all)
                }
            }
            #expect(error?.isRetryable == true && error?.isOfClosedTier == true)
            #expect(try await tiers.holds(4))
        }
    }

    @Test func `nothing that is known of one database is believed of the one that was restored in its place`()
        async throws
    {
        try await Self.run { (log, tiers) async throws in
            let known = IdentityTiers()
            let appender = EventAppender(pool: log.ingestion, wakeUp: nil, tiers: known)
            #expect(try await tiers.appended(0..<500, by: appender).allSatisfy(\.self))
            #expect(try await tiers.close())
            #expect(try await known.refresh(in: log.ingestion) == 1)
            #expect(try await tiers.appended([500], by: appender) == [true])
            // As it was before the tier was closed; then others go into that tier, and it is closed again.
            let name = try #require(try await tiers.names().last)
            try await log.database.pool.execute("DROP TRIGGER tier_is_closed ON log.identity")
            try await log.database.pool.execute("DROP TABLE log.\(name)")
            try await log.database.pool.execute("DELETE FROM log.tier WHERE closed IS NULL")
            try await log.database.pool.execute(
                "UPDATE log.tier SET closed = NULL, identities = NULL, filter = NULL")
            try await log.database.pool.execute("DELETE FROM log.event WHERE id = '500'")
            #expect(try await tiers.appended(600..<1_000, by: log.appender).allSatisfy(\.self))
            #expect(try await tiers.close())
            #expect(
                try await tiers.appended(590..<1_010, by: appender) == (590..<1_010).map { $0 < 600 || $0 >= 1_000 })
            #expect(known.measure.withoutFilter == 1)
            #expect(try await known.refresh(in: log.ingestion) == 1)
            #expect(try await tiers.appended(990..<1_010, by: appender) == [Bool](repeating: false, count: 20))
            #expect(try await tiers.holds(920))
        }
    }

    @Test func `many writers of the same events, while tiers are closed all the time, store each once`() async throws {
        try await Self.run { (log, tiers) async throws in
            try await log.database.pool.execute(
                "INSERT INTO hook.hook (organization_id, name, connector) VALUES (1, 'h', 'tool')")
            let shared = IdentityTiers()
            let enough = 12
            let closings = Closings()
            let accepted = try await withThrowingTaskGroup(of: Int.self) { group in
                for writer in 0..<8 {
                    group.addTask {
                        var generator = SplitMix(seed: UInt64(writer))
                        // Four share what they know, and the keeper refreshes it; the others learn by being refused.
                        let appender = EventAppender(
                            pool: log.ingestion, wakeUp: nil, tiers: writer < 4 ? shared : IdentityTiers())
                        var (accepted, round) = (0, 0)
                        while closings.count < enough {
                            round += 1
                            let ids = (0..<50).map { _ in Int.random(in: 0..<500 + 20 * round, using: &generator) }
                            if writer == 7, round % 3 == 0 {
                                let states = Set(ids).map {
                                    StateEntry(LogEntry(LogFixture.event("\($0)")), of: "thing \($0)")
                                }
                                accepted += try await appender.append(states, of: "h", organization: .default).count {
                                    $0
                                }
                            } else {
                                accepted += try await appender.append(
                                    LogFixture.events(ids).map(LogEntry.init), organization: .default,
                                    expectsNew: round % 2 == 0
                                ).accepted
                            }
                        }
                        return accepted
                    }
                }
                group.addTask {
                    while closings.count < enough {
                        if try await tiers.close() { closings.add() }
                        if closings.count % 2 == 0 { try await shared.refresh(in: log.ingestion) }
                    }
                    return 0
                }
                return try await group.reduce(0, +)
            }
            #expect(try await tiers.holds(Int64(accepted)))
            #expect(try await tiers.names().count == enough + 1)
        }
    }
}
