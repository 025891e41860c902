import EventLog
import Ledger
import Models
import Postgres
import Support
import Testing

/// Whose fault a failure is: an arriving event's own, which parks it, or that of what is stored, which is waited for.
@Suite(.timeLimit(.minutes(5))) struct FaultTests {
    private static let today = GoldenScoringTests.second

    /// What is stored, and what makes it readable again; nil: a replay.
    struct Unreadable: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let damage: String
        var repair: String?
    }

    @Test(arguments: [
        Unreadable(
            testDescription: "a policy",
            damage: """
                INSERT INTO onus.policy (organization_id, version, valid_from, body)
                VALUES (1, 2, '2020-01-01', '{"constantOfANewerBuild": 1}')
                """,
            repair: "DELETE FROM onus.policy"),
        Unreadable(
            testDescription: "a fact",
            damage:
                "UPDATE facts.event SET data = '{}', packed = NULL WHERE type = 1 AND person = 'p1' AND organization_id = 1"
        ),
        Unreadable(testDescription: "a sum", damage: "UPDATE score.tally SET body = '' WHERE organization_id = 1"),
    ])
    func `what this build can't read parks no event, stops nobody else, and is caught up with`(
        _ unreadable: Unreadable
    ) async throws {
        try await ScoredOrganization.with(today: Self.today) { scored in
            let other = try await scored.other()
            var builder = EventBuilder()
            let events = [
                builder.person("m", from: Self.today - 100), builder.person("p1", from: Self.today - 100, manager: "m"),
                builder.coaching("p1", by: "m", on: Self.today - 9),
            ]
            for organization in [scored.organization, other] {
                try await scored.append(events, to: organization)
            }
            try await scored.drain(scored.worker())
            try await scored.execute(unreadable.damage)
            let worker = scored.worker()
            for person in ["p1", "p2"] {
                for organization in [scored.organization, other] {
                    try await scored.append(
                        [
                            builder.person(person, from: Self.today - 60, manager: "m"),
                            builder.coaching(person, by: "m", on: Self.today - 1),
                        ], to: organization)
                }
                let work = try await scored.drain(worker)
                #expect(work.parked == 0)
            }
            #expect(try await scored.count("score.parked") == 0)
            #expect(try await scored.count("facts.event") == scored.count("log.event"))
            #expect(try await Verification(log: scored.log).run(other) == [])
            if let repair = unreadable.repair {
                try await scored.execute(repair)
            } else {
                _ = try await Replay(log: scored.log).run(scored.organization)
            }
            try await scored.drain(scored.worker())
            #expect(try await Verification(log: scored.log).run(scored.organization) == [])
        }
    }

    @Test func `an event whose units can't be stored is a fact all the same, and its units wait`() async throws {
        try await ScoredOrganization.with(today: Self.today) { scored in
            var builder = EventBuilder()
            try await scored.append([
                builder.person("m", from: Self.today - 100), builder.person("p", from: Self.today - 100, manager: "m"),
            ])
            try await scored.drain(scored.worker())
            try await scored.execute("ALTER TABLE score.contribution ADD CONSTRAINT full_table CHECK (false) NOT VALID")
            try await scored.append([builder.coaching("p", by: "m", on: Self.today - 1)])
            let work = try await scored.drain(scored.worker())
            #expect(work.parked == 0)
            #expect(try await scored.count("facts.event") == 3)
            try await scored.execute("ALTER TABLE score.contribution DROP CONSTRAINT full_table")
            try await scored.drain(scored.worker())
            #expect(try await Verification(log: scored.log).run(scored.organization) == [])
        }
    }

    /// Values, constraints, and limits of the server's own.
    @Test(arguments: ["22021", "23514", "54000"])
    func `an event that the database refuses for what it is is parked, and those around it are scored`(
        _ code: String
    ) async throws {
        try await ScoredOrganization.with(today: Self.today) { scored in
            try await scored.execute(
                """
                CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN RAISE EXCEPTION 'refused' USING ERRCODE = '\(code)'; END $$
                """)
            try await scored.execute(
                """
                CREATE TRIGGER refuse BEFORE INSERT ON facts.event FOR EACH ROW WHEN (NEW.person = 'poison')
                EXECUTE FUNCTION public.refuse()
                """)
            var builder = EventBuilder()
            try await scored.append(
                ["m", "p", "poison", "q"].map { builder.person($0, from: Self.today - 100, manager: "m") })
            let work = try await scored.drain(scored.worker())
            #expect(work.parked == 1)
            #expect(try await scored.count("facts.event") == 3)
            #expect(try await Verification(log: scored.log).run(scored.organization) == [])
        }
    }

    /// The event that fails is looked for anew where it is set aside: at the second failure, or the third.
    @Test(arguments: [2, 3])
    func `an event that comes in between is not parked in place of the one that failed`(_ failure: Int) async throws {
        try await ScoredOrganization.with(today: Self.today) { scored in
            let worker = scored.worker()
            var builder = EventBuilder()
            try await scored.append([builder.person("m", from: Self.today - 100)])
            try await scored.drain(worker)
            try await scored.execute("CREATE SEQUENCE public.failures")
            try await scored.execute(
                """
                CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    IF nextval('public.failures') = \(failure) THEN PERFORM pg_advisory_xact_lock(42); END IF;
                    RAISE EXCEPTION 'refused' USING ERRCODE = 'check_violation';
                END $$
                """)
            try await scored.execute(
                """
                CREATE TRIGGER refuse BEFORE INSERT ON facts.event FOR EACH ROW WHEN (NEW.person = 'poison')
                EXECUTE FUNCTION public.refuse()
                """)
            // It has the lower transaction id, and is committed when the other one has failed.
            let early = builder.person("early", from: Self.today - 50, manager: "m")
            let poison = builder.person("poison", from: Self.today - 50, manager: "m")
            try await scored.database.pool.withConnection { gate in
                _ = try await gate.query("SELECT pg_advisory_lock(42)")
                var step: Task<ScoringWorker.Work, any Error>?
                try await scored.database.pool.withTransaction { connection in
                    _ = try await EventAppender.append(
                        [ValidatedEvent(early)], organization: scored.organization, in: connection)
                    try await scored.append([poison])
                    step = Task.detached { try await scored.drain(worker) }
                    try await scored.waitUntilLockIsWanted(42)
                }
                _ = try await gate.query("SELECT pg_advisory_unlock(42)")
                let work = try await step?.value
                #expect(work?.parked == 1)
            }
            let parked = try await scored.database.pool.query("SELECT id FROM score.parked").map { try $0.text(0) }
            #expect(parked == [poison.identity.id])
            #expect(try await scored.count("facts.event WHERE person = 'early'") == 1)
            try await scored.drain(scored.worker())
            #expect(try await Verification(log: scored.log).run(scored.organization) == [])
        }
    }

    @Test func `a worker that others wrote after doesn't trust what it remembered before them`() async throws {
        try await ScoredOrganization.with(today: Self.today) { scored in
            var builder = EventBuilder()
            let people = ["m", "n", "p1", "p2", "p3"]
            try await scored.append(people.map { builder.person($0, from: Self.today - 100, manager: "m") })
            let first = scored.worker(bulk: 3, quiet: .seconds(3))
            try await scored.drain(first)
            // It leaves units marked, and is about to compute them.
            try await scored.append(["p1", "p2", "p3"].map { builder.coaching($0, by: "m", on: Self.today - 1) })
            _ = try await first.step()
            #expect(try await scored.count("score.mark") == 3)
            let second = scored.worker()
            try await scored.drain(second)
            try await scored.append([builder.person("p1", from: Self.today - 50, manager: "n")])
            try await scored.drain(second)
            // Nothing is left of what it wanted to do.
            try await scored.drain(first)
            try await scored.append([builder.coaching("p1", by: "n", on: Self.today - 1)])
            try await scored.drain(first)
            #expect(try await Verification(log: scored.log).run(scored.organization) == [])
        }
    }
}
