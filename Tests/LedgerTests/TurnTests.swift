import EventLog
import Ledger
import Models
import Postgres
import Support
import Testing

/// The day's turn in slices: events in between, others' turns, the first load, and ends in the middle.
@Suite(.timeLimit(.minutes(5))) struct TurnTests {
    private static let today = GoldenScoringTests.second

    @Test func `events between slices are scored, and nobody's score is published before all stand at the day`()
        async throws
    {
        try await organization { scored, builder in
            scored.today = Self.today + 1
            let worker = scored.worker(slice: 10)
            _ = try await worker.step()
            #expect(try await scored.count("score.turn") == 1)
            #expect(try await publishedDays(scored) == [Self.today])
            // One whom the turn has passed, and one whom it hasn't reached.
            try await scored.append([
                builder.coaching("p000", by: "m", on: Self.today + 1),
                builder.coaching("p059", by: "m", on: Self.today),
            ])
            _ = try await worker.step()
            #expect(try await scored.count("facts.event") == scored.count("log.event"))
            #expect(try await publishedDays(scored) == [Self.today])
            try await scored.drain(worker)
            #expect(try await scored.count("score.turn") == 0)
            #expect(try await publishedDays(scored) == [Self.today, Self.today + 1])
            // Once for the new day: no half-way score was published.
            #expect(try await scored.count("score.published WHERE manager = 'm'") == 2)
            #expect(try await Verification(log: scored.log).run(scored.organization) == [])
        }
    }

    @Test func `a turn that is broken off anywhere goes on where it stood, and announces once`() async throws {
        try await organization { scored, _ in
            let notices = try await scored.count("notice.notice")
            scored.today = Self.today + 3
            try await scored.execute(
                """
                CREATE FUNCTION public.break_connection() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$
                """)
            for _ in 0..<3 {
                let worker = scored.worker(slice: 10)
                // A session that was broken off says so before it lets go of the position.
                while try await worker.step() == .standby { try await Task.sleep(for: .milliseconds(5)) }
                let reached = try await place(scored)
                try await scored.execute(
                    """
                    CREATE CONSTRAINT TRIGGER break_commit AFTER INSERT OR UPDATE ON score.turn
                    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.break_connection()
                    """)
                await #expect(throws: PostgresError.self) { _ = try await worker.step() }
                #expect(try await place(scored) == reached)
                try await scored.execute("DROP TRIGGER break_commit ON score.turn")
            }
            try await scored.drain(scored.worker(slice: 10))
            #expect(try await Verification(log: scored.log).run(scored.organization) == [])
            // Each of the sixty people's coaching falls due on one of the three days, told once.
            #expect(try await scored.count("notice.notice WHERE kind = 'coaching_due'") - notices <= 60)
            #expect(
                try await scored.count("notice.notice")
                    == scored.count("(SELECT DISTINCT key FROM notice.notice) AS keys"))
        }
    }

    @Test func `organisations take turns, slice by slice`() async throws {
        try await organization { scored, builder in
            let other = try await scored.other()
            scored.today = Self.today + 1
            let worker = scored.worker(slice: 10)
            _ = try await worker.step()
            _ = try await worker.step()
            // The large one is in the middle; the small one needed one slice.
            #expect(try await scored.count("score.turn") == 1)
            let day = try await scored.database.pool.query(
                "SELECT scored_day FROM onus.organization WHERE id = $1", [.int4(other.rawValue)]
            ).only().optionalDate(0)
            #expect(day.map { Day(number: Int($0.daysSince1970)) } == scored.today)
        }
    }

    @Test func `the first turn waits until the first load has come to rest`() async throws {
        try await ScoredOrganization.with(today: Self.today) { scored in
            var builder = EventBuilder()
            let worker = scored.worker(settleAfter: .zero, bulk: 3, quiet: .seconds(60))
            try await scored.append((0..<4).map { builder.person("p\($0)", from: Self.today - 100, manager: "m") })
            _ = try await worker.step()
            guard case .settling = try await worker.step() else {
                return #expect(Bool(false), "the turn fell into the load")
            }
            #expect(try await scored.count("onus.organization WHERE scored_day IS NULL") == 1)
            #expect(try await scored.count("notice.notice") == 0)
        }
    }

    @Test func `a turn left by a worker of before counts for nothing once an older version has turned the day`()
        async throws
    {
        try await organization { scored, builder in
            scored.today = Self.today + 1
            _ = try await scored.worker(slice: 10).step()
            // What a version without slices leaves: everybody at the day, and the row as it was.
            try await scored.execute("CREATE TABLE public.left_turn AS SELECT * FROM score.turn")
            try await scored.drain(scored.worker())
            try await scored.execute("INSERT INTO score.turn SELECT * FROM public.left_turn")
            let worker = scored.worker()
            try await scored.append([builder.coaching("p010", by: "m", on: Self.today)])
            try await scored.drain(worker)
            #expect(try await publishedDays(scored) == [Self.today, Self.today + 1])
            scored.today = Self.today + 2
            try await scored.drain(worker)
            #expect(try await scored.count("score.turn") == 0)
            #expect(try await Verification(log: scored.log).run(scored.organization) == [])
        }
    }

    /// Sixty people of one manager, scored on one day.
    private func organization(_ body: (ScoredOrganization, inout EventBuilder) async throws -> Void) async throws {
        try await ScoredOrganization.with(today: Self.today) { scored in
            var builder = EventBuilder()
            var events = [builder.person("m", from: Self.today - 100)]
            for index in 100..<160 {
                let person = "p0\(index % 100 < 10 ? "0" : "")\(index % 100)"
                events.append(builder.person(person, from: Self.today - 100, manager: "m"))
                events.append(builder.coaching(person, by: "m", on: Self.today - 13 + index % 5))
            }
            try await scored.append(events)
            try await scored.drain(scored.worker())
            try await body(scored, &builder)
        }
    }

    private func place(_ scored: ScoredOrganization) async throws -> String {
        try await scored.database.pool.query("SELECT phase || coalesce(reached, '') FROM score.turn").only().text(0)
    }

    private func publishedDays(_ scored: ScoredOrganization) async throws -> [Day] {
        try await scored.database.pool.query("SELECT DISTINCT day FROM score.published ORDER BY day").map {
            Day(number: Int(try $0.date(0).daysSince1970))
        }
    }
}
