import Accountability
import EventLog
import Ledger
import Models
import Postgres
import Support
import Testing

/// What was known at an instant: events count by when the log recorded them.
@Suite(.timeLimit(.minutes(5))) struct KnownAtTests {
    private static let today = Day(number: 20_634)  // 2026-06-30

    @Test(arguments: UInt64(1)...6)
    func `scores of a day by what was known then are those of the events recorded by then`(seed: UInt64) async throws {
        try await ScoredOrganization.with(today: Self.today) { scored in
            let events = RandomOrganization(seed: seed, today: Self.today, events: 240).events
            let now = Instant(try await scored.database.pool.query("SELECT now()").only().timestamptz(0))
            // Three loads, an hour apart; corrections of earlier events are among the later ones.
            let loads = [Array(events[..<80]), Array(events[80..<160]), Array(events[160...])]
            for (hours, load) in zip([3, 2, 1], loads) {
                try await scored.append(load)
                _ = try await scored.database.pool.execute(
                    "UPDATE log.event SET recorded = $1 WHERE recorded >= $2",
                    [.timestamptz(now.adding(seconds: -3_600 * hours).timestamp), .timestamptz(now.timestamp)])
            }
            for known in 1...3 {
                let instant = now.adding(seconds: -3_600 * (4 - known))
                let evaluation = try await scored.database.pool.withConnection {
                    try await LogEvaluation.load(scored.organization, knownAt: instant, from: $0)
                }
                let recorded = loads.prefix(known).flatMap(\.self)
                let expected = Scoring.report(events: recorded, asOf: Self.today, policy: .standard)
                let found = evaluation.report(asOf: Self.today, policy: .standard)
                #expect(GoldenCase.differences(found.json, expected.json) == [], "after \(known) loads")
                #expect(evaluation.events.count == recorded.count { !$0.payload.isPersonalLearning })
            }
        }
    }

    @Test func `an instant of the last minute is refused: what it recorded may not be there yet`() async throws {
        try await ScoredOrganization.with(today: Self.today) { scored in
            try await scored.append(RandomOrganization(seed: 1, today: Self.today, events: 20).events)
            try await scored.database.pool.withConnection { connection in
                let now = Instant(try await connection.query("SELECT now()").only().timestamptz(0))
                for young in [0, -30, 3_600] {
                    await #expect {
                        try await LogEvaluation.load(
                            scored.organization, knownAt: now.adding(seconds: young), from: connection)
                    } throws: { error in
                        if case LedgerError.notYetKnown = error { true } else { false }
                    }
                }
                let old = try await LogEvaluation.load(
                    scored.organization, knownAt: now.adding(seconds: -60), from: connection)
                #expect(old.events.isEmpty)
            }
        }
    }
}
