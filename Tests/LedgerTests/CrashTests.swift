import Ledger
import Models
import Postgres
import Support
import Testing

/// Effects and position stand or fall together.
@Suite(.timeLimit(.minutes(5))) struct CrashTests {
    private static let today = GoldenScoringTests.second

    @Test func `a connection that breaks at commit leaves nothing, and the events come again`() async throws {
        try await ScoredOrganization.with(today: Self.today) { scored in
            let worker = scored.worker(batch: 50)
            try await scored.drain(worker)
            try await scored.execute(
                """
                CREATE FUNCTION public.break_connection() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$
                """)
            // Whichever of the two takes positions now: they take turns by the second.
            let tables = ["log.ack_0", "log.ack_1"]
            for table in tables {
                try await scored.execute(
                    """
                    CREATE CONSTRAINT TRIGGER break_commit AFTER INSERT ON \(table)
                    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.break_connection()
                    """)
            }
            let golden = GoldenCase(name: "tiny")
            try await scored.append(try golden.events())
            for _ in 0..<3 {
                await #expect(throws: PostgresError.self) {
                    // The session that has ended may hold the position until the server has cleared it away; nothing like the
                    // seconds after which a silent one is ended.
                    let end = ContinuousClock.now + .seconds(30)
                    while try await worker.step() == .standby, ContinuousClock.now < end {
                        try await Task.sleep(for: .milliseconds(5))
                    }
                }
            }
            #expect(try await scored.count("facts.event") == 0)
            #expect(try await scored.count("score.parked") == 0)
            for table in tables { try await scored.execute("DROP TRIGGER break_commit ON \(table)") }
            try await scored.drain(worker)
            let found = GoldenCase.differences(try await scored.stored(), try golden.expected(on: Self.today))
            #expect(found.isEmpty)
        }
    }

    @Test func `an event that the database refuses is parked, and the others are scored`() async throws {
        try await ScoredOrganization.with(today: Self.today) { scored in
            let worker = scored.worker()
            try await scored.drain(worker)
            try await scored.execute("ALTER TABLE facts.event ADD CONSTRAINT poison CHECK (person <> 'poison')")
            var builder = EventBuilder()
            try await scored.append([
                builder.person("m", from: Self.today - 100),
                builder.person("poison", from: Self.today - 100, manager: "m"),
                builder.person("p", from: Self.today - 100, manager: "m"),
            ])
            let work = try await scored.drain(worker)
            #expect(work.parked == 1)
            #expect(try await scored.count("facts.event") == 2)
            #expect(try await scored.count("score.parked") == 1)
            #expect(try await scored.count("score.current") == 1)
            #expect(try await Verification(log: scored.log).run(scored.organization) == [])
        }
    }

    /// With no patience, slices of the turn and of what is marked go on between the batches of a backlog that the other one
    /// reads, too.
    @Test(arguments: [Duration.seconds(10), .zero])
    func `two workers at once score everything once`(settleAfter: Duration) async throws {
        try await ScoredOrganization.with(today: Self.today) { scored in
            let golden = GoldenCase(name: "small")
            let one = scored.worker(batch: 20, settleAfter: settleAfter, slice: settleAfter == .zero ? 3 : 2_000)
            let other = scored.worker(batch: 30, settleAfter: settleAfter, slice: settleAfter == .zero ? 4 : 2_000)
            try await scored.drain(one)
            try await scored.append(try golden.events())
            async let first = scored.drain(one)
            async let second = scored.drain(other)
            let events = try await first.events + second.events
            #expect(try await scored.drain(one).events == 0)
            #expect(try await scored.count("log.event") == events)
            let found = GoldenCase.differences(try await scored.stored(), try golden.expected(on: Self.today))
            #expect(found.isEmpty)
            #expect(try await Verification(log: scored.log).run(scored.organization) == [])
        }
    }
}
