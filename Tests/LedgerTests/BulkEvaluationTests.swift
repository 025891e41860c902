import Accountability
import Ledger
import Models
import Postgres
import Support
import Testing

/// Bulk scores from the facts: the same as the model gives from the events themselves.
@Suite(.timeLimit(.minutes(5))) struct BulkEvaluationTests {
    private static let today = Day(number: 20_634)  // 2026-06-30

    @Test(arguments: ["tiny", "small", "medium", "large", "edges"].map(GoldenCase.init(name:)))
    func `bulk scores of both days equal the golden numbers`(_ golden: GoldenCase) async throws {
        try await ScoredOrganization.with(today: Self.today) { scored in
            try await scored.append(try golden.events())
            try await scored.drain(scored.worker(batch: 300))
            for day in [GoldenScoringTests.first, GoldenScoringTests.second] {
                let report = try await bulk(scored, day)
                #expect(GoldenCase.differences(report.json, try golden.expected(on: day)) == [])
            }
        }
    }

    @Test(arguments: 1...12)
    func `bulk scores of random organisations equal the model's, at every stage of their arrival`(
        seed: UInt64
    ) async throws {
        try await ScoredOrganization.with(today: Self.today) { scored in
            let events = RandomOrganization(seed: seed, today: Self.today, events: 260).events
            let worker = scored.worker(batch: 30)
            for end in [90, 180, 260] {
                let arrived = Array(events[..<end])
                try await scored.append(Array(events[(end == 90 ? 0 : end - (end == 260 ? 80 : 90))..<end]))
                if end != 260 { try await scored.drain(worker) }
                // The last part is in the log alone: scoring has not read it.
                for day in [Self.today, Self.today - 40, Self.today + 3] {
                    let report = try await bulk(scored, day)
                    let expected = Scoring.report(events: arrived, asOf: day, policy: .standard)
                    #expect(GoldenCase.differences(report.json, expected.json) == [], "\(end) events, \(day)")
                }
            }
        }
    }

    @Test(arguments: 21...26)
    func `facts that an older service wrote count all the same`(seed: UInt64) async throws {
        try await ScoredOrganization.with(today: Self.today) { scored in
            let events = RandomOrganization(seed: seed, today: Self.today, events: 260).events
            let worker = scored.worker(batch: 40)
            try await scored.append(Array(events[..<130]))
            try await scored.drain(worker)
            try await scored.execute(
                "UPDATE facts.event SET packed = NULL, unit = NULL WHERE get_byte(uuid_send(identity), 3) % 4 = 0")
            try await scored.append(Array(events[130...]))
            try await scored.drain(worker)
            let report = try await bulk(scored, Self.today)
            let expected = Scoring.report(events: events, asOf: Self.today, policy: .standard)
            #expect(GoldenCase.differences(report.json, expected.json) == [])
        }
    }

    @Test func `there are no bulk scores before scoring has read, nor where one set aside is unknown`() async throws {
        try await ScoredOrganization.with(today: Self.today) { scored in
            try await scored.append(RandomOrganization(seed: 1, today: Self.today, events: 20).events)
            await #expect(throws: BulkUnavailable.behind) { try await bulk(scored, Self.today) }
            try await scored.drain(scored.worker())
            _ = try await bulk(scored, Self.today)
            try await scored.execute(
                "INSERT INTO score.parked VALUES (1, gen_random_uuid(), '/test', 'e1', now(), 'a test')")
            await #expect(throws: BulkUnavailable.eventsSetAside) { try await bulk(scored, Self.today) }
            try await scored.execute("DELETE FROM score.parked")
            // A newer version's form.
            try await scored.execute(#"UPDATE facts.event SET packed = '\x02ff00' WHERE unit IS NOT NULL"#)
            await #expect(throws: BulkUnavailable.unreadable) { try await bulk(scored, Self.today) }
        }
    }

    @Test(arguments: 31...34)
    func `events that scoring has set aside count all the same`(seed: UInt64) async throws {
        try await ScoredOrganization.with(today: Self.today) { scored in
            let events = RandomOrganization(seed: seed, today: Self.today, events: 200).events
            try await scored.execute(
                """
                CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    RAISE EXCEPTION 'refused' USING ERRCODE = 'check_violation';
                END $$
                """)
            try await scored.execute(
                """
                CREATE TRIGGER refuse BEFORE INSERT ON facts.event FOR EACH ROW
                WHEN (get_byte(uuid_send(NEW.identity), 3) % 6 = 0) EXECUTE FUNCTION public.refuse()
                """)
            try await scored.append(Array(events[..<150]))
            try await scored.drain(scored.worker())
            #expect(try await scored.count("score.parked") > 10)
            // Of these some are in the log alone.
            try await scored.append(Array(events[150...]))
            for day in [Self.today, Self.today - 40] {
                let report = try await bulk(scored, day)
                let expected = Scoring.report(events: events, asOf: day, policy: .standard)
                #expect(GoldenCase.differences(report.json, expected.json) == [], "\(day)")
            }
        }
    }

    @Test func `bulk scores name the managers that are asked for, by what the log says too`() async throws {
        try await ScoredOrganization.with(today: Self.today) { scored in
            let events = try GoldenCase(name: "small").events()
            try await scored.append(events)
            try await scored.drain(scored.worker(batch: 300))
            let expected = PersonNames(
                Corrections.inForce(events.map(\.event), asOf: Self.today), asOf: Self.today)
            let (report, names) = try await scored.database.pool.withConnection { lead in
                try await BulkEvaluation(scored.organization, using: lead, []).scores(asOf: Self.today) { report in
                    Array(report.managers.keys.sorted().dropFirst())
                }
            }
            let managers = report.managers.keys.sorted()
            #expect(managers.count > 3)
            #expect(managers.dropFirst().allSatisfy { names[$0] == expected[$0] })
            #expect(names.name(of: managers[0]) == nil)
        }
    }

    private func bulk(_ scored: ScoredOrganization, _ day: Day) async throws -> ScoreReport {
        try await scored.database.pool.withConnection { lead in
            try await scored.database.pool.withConnection { helper in
                try await BulkEvaluation(scored.organization, using: lead, [helper]).scores(asOf: day).report
            }
        }
    }
}
