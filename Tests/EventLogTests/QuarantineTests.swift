import EventLog
import Models
import Postgres
import Support
import Testing

@Suite(.timeLimit(.minutes(5))) struct QuarantineTests {
    private func rejected(_ number: UInt8, pointer: String = "/data/person", body: String? = "{}") -> RejectedEvent {
        RejectedEvent(
            problem: Problem(pointer: pointer, title: "Missing", detail: "expected a person", kind: .content),
            type: "onus.gap.identified", source: "s", id: "\(number)", body: body,
            bodyHash: [UInt8](repeating: number, count: 32))
    }

    @Test func `rejected events are kept once each, counted, and settled by an operator`() async throws {
        try await LogFixture.run { log in
            let quarantine = Quarantine(pool: log.ingestion)
            let token = UUIDBytes.random()
            let batch = [rejected(2), rejected(1, body: nil), rejected(2), rejected(1, pointer: "/time")]
            try await quarantine.insert(batch, organization: .default, token: token)
            try await quarantine.insert([rejected(2)], organization: .default, token: nil)
            try await quarantine.insert([], organization: .default, token: nil)
            let held = try await log.held()
            #expect(held.map(\.eventID) == ["1", "1", "2"])
            #expect(held.map(\.pointer) == ["/data/person", "/time", "/data/person"])
            #expect(held.map(\.times) == [1, 1, 2])
            #expect(held.map(\.body) == [nil, "{}", "{}"])
            #expect(held.allSatisfy { $0.token == token })
            let other = try await OtherOrganization.make(log)
            #expect(try await log.held(of: other).isEmpty)
            #expect(try await log.desk(of: other) { try await $0.discard(held[0].id, by: "ops") } == false)
            #expect(try await log.desk { try await $0.discard(held[2].id, by: "ops") })
            #expect(try await log.desk { try await $0.discard(held[2].id, by: "ops") } == false)
            // Sent again: what was given up stays so, without its text.
            try await quarantine.insert(batch, organization: .default, token: token)
            #expect(try await log.held().map(\.id) == [held[0].id, held[1].id])
            let discarded = try #require(try await log.desk { try await $0.find(held[2].id) })
            #expect(discarded.text == nil && discarded.settledBy == "ops" && discarded.times == 3)
            #expect(
                try await log.desk { try await $0.list(.held, after: held[0].id, limit: 1) }.map(\.id) == [held[1].id])
        }
    }

    @Test func `what is kept is flushed before it is answered, whatever the database's default`() async throws {
        try await LogFixture.run { log in
            try await log.database.pool.execute("ALTER DATABASE \(log.database.name) SET synchronous_commit = off")
            try await log.database.pool.withConnection { connection in
                try await connection.script(
                    """
                    CREATE TABLE public.seen (setting text);
                    GRANT INSERT ON public.seen TO onus_ingestion; GRANT USAGE ON SCHEMA public TO onus_ingestion;
                    CREATE FUNCTION public.see() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                        INSERT INTO public.seen VALUES (current_setting('synchronous_commit'));
                        RETURN NULL;
                    END $$;
                    CREATE TRIGGER see AFTER INSERT ON log.quarantine FOR EACH STATEMENT EXECUTE FUNCTION public.see();
                    """)
            }
            try await Quarantine(pool: log.ingestion).insert([rejected(1)], organization: .default, token: nil)
            #expect(try await log.database.pool.query("SELECT setting FROM public.seen").only().text(0) == "on")
        }
    }

    @Test func `what PostgreSQL can't hold is kept as far as it can be`() async throws {
        try await LogFixture.run { log in
            let quarantine = Quarantine(pool: log.ingestion)
            let long = String(repeating: "ä", count: 5_000)
            let event = RejectedEvent(
                problem: Problem(pointer: "/" + long, title: "t", detail: "a\0b", kind: .content), type: long,
                source: "\0",
                id: long, body: "x\0", bodyHash: [UInt8](repeating: 7, count: 32))
            try await quarantine.insert([event], organization: .default, token: nil)
            let held = try #require(try await log.held().first)
            #expect(held.detail == "a\u{FFFD}b" && held.source == "\u{FFFD}" && held.body == "x\u{FFFD}")
            #expect(held.pointer.utf8.count <= 1_010)
        }
    }

    @Test func `batches of the same rejected events don't wait for each other in a circle`() async throws {
        try await LogFixture.run { log in
            let quarantine = Quarantine(pool: log.ingestion)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for writer in 0..<8 {
                    group.addTask {
                        var generator = SplitMix(seed: UInt64(writer))
                        for _ in 0..<10 {
                            let batch = (0..<20).map { _ in rejected(UInt8.random(in: 0..<30, using: &generator)) }
                            try await quarantine.insert(batch, organization: .default, token: nil)
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await log.count("log.quarantine") == 30)
        }
    }
}
