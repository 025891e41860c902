import Ledger
import Models
import Postgres
import Support
import Testing

/// A turn reads units in bulk: what is kept of each is the same as a computation from the events gives.
@Suite(.timeLimit(.minutes(5))) struct BulkTurnTests {
    private static let today = GoldenScoringTests.second

    /// A manager before, and one after, the person in the order of identifiers: either may be read first.
    @Test(arguments: ["a", "z"])
    func `a request for a gap that nobody identifies any more is its requester's own`(requester: String) async throws {
        try await ScoredOrganization.with(today: Self.today) { scored in
            var builder = EventBuilder()
            let (past, next) = (Self.today - 20, Self.today + 1)
            let identified = ["retracted", "contested", "later", "standing"].map {
                builder.gap($0, of: "p", on: $0 == "later" ? next + 1 : past)
            }
            let requests = ["retracted", "contested", "later", "standing", "unknown"].map {
                builder.request(by: requester, gap: $0, on: past + 2)
            }
            try await scored.append(
                [
                    builder.person("m", from: past - 100), builder.person(requester, from: past - 100, manager: "m"),
                    builder.person("p", from: past - 100, manager: requester),
                    builder.retraction(of: identified[0], on: next), builder.contest(identified[1], by: "p", on: next),
                ] + identified + requests)
            let worker = scored.worker()
            try await scored.drain(worker)
            for _ in 0..<3 {
                scored.today = scored.today + 1
                try await scored.drain(worker)
                #expect(try await Verification(log: scored.log).run(scored.organization) == [])
            }
        }
    }

    @Test(arguments: [
        "packed = NULL, unit = NULL",  // written by an older service
        #"packed = '\x02ff00'"#,  // by a newer one
    ])
    func `facts that can't be read in bulk count all the same`(_ change: String) async throws {
        try await ScoredOrganization.with(today: Self.today) { scored in
            let events = RandomOrganization(seed: 5, today: Self.today + 1, events: 200).events
            try await scored.append(events)
            try await scored.drain(scored.worker())
            try await scored.execute(
                """
                UPDATE facts.event SET \(change)
                WHERE packed <> '' AND get_byte(uuid_send(identity), 3) % 4 = 0
                """)
            scored.today = scored.today + 1
            // A new one, which reads the organisation's history too.
            try await scored.drain(scored.worker())
            #expect(try await scored.differences(from: events.map { ValidatedEvent($0) }) == [])
            #expect(try await scored.count("score.contribution") > 0)
        }
    }

    @Test func `a pass that changes nothing writes no contribution, and publishes nothing`() async throws {
        try await ScoredOrganization.with(today: Self.today) { scored in
            let worker = scored.worker()
            try await scored.append(RandomOrganization(seed: 6, today: Self.today, events: 200).events)
            try await scored.drain(worker)
            let rows = """
                SELECT string_agg(xmin::text || ctid::text, ' ' ORDER BY ctid) FROM
                """
            let tables = ["contribution", "deadline", "tally", "published"]
            var before: [String] = []
            for table in tables {
                before.append(try await scored.database.pool.query("\(rows) score.\(table)").only().text(0))
            }
            try await scored.execute("INSERT INTO score.mark VALUES (1, '')")
            let other = scored.worker()
            try await scored.drain(other)
            #expect(try await scored.count("score.mark") == 0)
            for (table, rowsBefore) in zip(tables, before) {
                let now = try await scored.database.pool.query("\(rows) score.\(table)").only().text(0)
                #expect(now == rowsBefore, "score.\(table)")
            }
        }
    }
}
