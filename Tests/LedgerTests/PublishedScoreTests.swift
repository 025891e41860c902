import Ledger
import Models
import Postgres
import Support
import Testing

@Suite(.timeLimit(.minutes(5))) struct PublishedScoreTests {
    @Test func `a later change of a day is published anew, and nothing is rewritten`() async throws {
        let today = GoldenScoringTests.second
        try await ScoredOrganization.with(today: today) { scored in
            var builder = EventBuilder()
            let worker = scored.worker()
            let session = builder.coaching("p", by: "m", on: today - 1)
            try await scored.append([
                builder.person("m", from: today - 100), builder.person("p", from: today - 100, manager: "m"), session,
            ])
            try await scored.drain(worker)
            let first = try await published(scored)
            #expect(first.count == 1)
            // Nothing changes: nothing is published.
            try await scored.append([builder.coaching("stranger", by: "m", on: today - 1)])
            try await scored.drain(worker)
            #expect(try await published(scored) == first)
            try await scored.append([builder.retraction(of: session, on: today)])
            try await scored.drain(worker)
            let second = try await published(scored)
            #expect(second.count == 2)
            #expect(second.first == first.first)
            scored.today = today + 1
            try await scored.drain(worker)
            #expect(try await published(scored).map(\.day) == [today, today, today + 1])
        }
    }

    @Test func `a manager for whom no measure applies any more has no current score`() async throws {
        let today = GoldenScoringTests.second
        try await ScoredOrganization.with(today: today) { scored in
            var builder = EventBuilder()
            let worker = scored.worker()
            let assignment = builder.person("p", from: today - 100, manager: "m")
            try await scored.append([builder.person("m", from: today - 100), assignment])
            try await scored.drain(worker)
            #expect(try await scored.count("score.current") == 1)
            try await scored.append([builder.retraction(of: assignment, on: today)])
            try await scored.drain(worker)
            #expect(try await scored.count("score.current") == 0)
            let last = try await scored.database.pool.query(
                "SELECT status IS NULL FROM score.published ORDER BY computed DESC LIMIT 1"
            ).only().bool(0)
            #expect(last)
        }
    }

    private struct Row: Equatable {
        let manager: String
        let day: Day
        let level: Double?
        let computed: Timestamp
    }

    private func published(_ scored: ScoredOrganization) async throws -> [Row] {
        try await scored.database.pool.query(
            "SELECT manager, day, level, computed FROM score.published ORDER BY computed, manager"
        ).map { row in
            Row(
                manager: try row.text(0), day: Day(number: Int(try row.date(1).daysSince1970)),
                level: try row.optionalFloat8(2), computed: try row.timestamptz(3))
        }
    }
}
