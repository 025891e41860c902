import Accountability
import Ledger
import Models
import Postgres
import Support
import Testing

/// Facts that are loaded by COPY: the same rows as scoring writes.
@Suite(.timeLimit(.minutes(5))) struct FactLoadTests {
    private static let today = Day(number: 20_634)  // 2026-06-30

    @Test(arguments: ["small", "edges"].map(GoldenCase.init(name:)))
    func `loaded facts are the rows that scoring writes, in whatever order events come`(
        _ golden: GoldenCase
    ) async throws {
        var seen: Set<EventIdentity> = []
        let events = try golden.events().map(\.event).filter {
            seen.insert($0.identity).inserted && !$0.payload.isPersonalLearning
        }
        let inOrder = try await written(events) { scored in
            try await scored.append(events)
            try await scored.drain(scored.worker(batch: 300))
        }
        for order in [events, events.reversed()] {
            let loaded = try await written(events) { scored in
                let load = try await scored.database.pool.withConnection { connection in
                    try await FactLoad.load(order, into: scored.organization, over: connection)
                }
                #expect(load.facts == events.count)
            }
            #expect(loaded == inOrder)
        }
        #expect(!inOrder.isEmpty)
    }

    @Test func `loaded facts are scored in bulk, and indexes are as before`() async throws {
        try await ScoredOrganization.with(today: Self.today) { scored in
            let events = RandomOrganization(seed: 3, today: Self.today, events: 260).events
            let before = try await indexes(scored)
            let report = try await scored.database.pool.withConnection { connection in
                _ = try await FactLoad.load(events, into: scored.organization, over: connection)
                return try await BulkEvaluation(scored.organization, using: connection, []).scores(
                    asOf: Self.today
                ).report
            }
            let expected = Scoring.report(events: events, asOf: Self.today, policy: .standard)
            #expect(GoldenCase.differences(report.json, expected.json) == [])
            #expect(try await indexes(scored) == before)
        }
    }

    @Test func `facts are loaded into an empty table only`() async throws {
        try await ScoredOrganization.with(today: Self.today) { scored in
            let events = RandomOrganization(seed: 3, today: Self.today, events: 60).events
            try await scored.append(Array(events[..<30]))
            try await scored.drain(scored.worker())
            let before = try await scored.count("facts.event")
            try await scored.database.pool.withConnection { connection in
                await #expect {
                    try await FactLoad.load(events, into: scored.organization, over: connection)
                } throws: { error in
                    if case LedgerError.factsPresent = error { true } else { false }
                }
            }
            #expect(try await scored.count("facts.event") == before)
        }
    }

    /// The rows that a way of writing leaves, but for when they were recorded.
    private func written(
        _ events: [Event], by write: (ScoredOrganization) async throws -> Void
    ) async throws -> [String] {
        try await ScoredOrganization.with(today: Self.today) { scored in
            try await write(scored)
            return try await scored.database.pool.query(
                "SELECT (to_jsonb(e) - 'recorded')::text FROM facts.event AS e ORDER BY identity"
            ).map { try $0.text(0) }
        }
    }

    private func indexes(_ scored: ScoredOrganization) async throws -> [String] {
        try await scored.database.pool.query(
            "SELECT indexdef FROM pg_indexes WHERE schemaname = 'facts' AND tablename = 'event' ORDER BY 1"
        ).map { try $0.text(0) }
    }
}
