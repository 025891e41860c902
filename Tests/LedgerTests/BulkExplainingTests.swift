import Accountability
import EventLog
import Ledger
import Models
import Postgres
import Support
import Testing

/// Explanations, comparisons and what was known, from the facts: word for word what all events give.
@Suite(.timeLimit(.minutes(5))) struct BulkExplainingTests {
    private static let today = Day(number: 20_634)  // 2026-06-30
    /// People are looked up one by one, or found by scoring everybody.
    private static let limits = [2_000, 1]

    @Test(arguments: UInt64(1)...6, limits)
    func `every manager is explained as by all events, whatever scoring has read`(seed: UInt64, few: Int) async throws {
        try await scored(seed) { log, connections in
            let bulk = BulkEvaluation(.default, using: connections[0], Array(connections[1...]), fewPeople: few)
            for (day, earlier) in [(Self.today, Self.today - 30), (Self.today - 40, Self.today)] {
                let report = log.report(asOf: day, policy: .standard)
                for manager in report.managers.keys.sorted() + [PersonID(unchecked: "nobody")] {
                    let found = try await bulk.explanation(of: manager, asOf: day, since: earlier)
                    let expected = log.explanation(of: manager, asOf: day, policy: .standard, since: earlier)
                    #expect(found.json == expected.json, "\(manager) on \(day)")
                    for trial in found.trials { #expect(found.names[trial.person] == expected.names[trial.person]) }
                }
            }
        }
    }

    @Test(arguments: UInt64(11)...16, limits)
    func `two days and two policies are compared as by all events`(seed: UInt64, few: Int) async throws {
        var other = Policy.standard
        other.version = 2
        other.window = 60
        try await scored(seed) { log, connections in
            let bulk = BulkEvaluation(.default, using: connections[0], Array(connections[1...]), fewPeople: few)
            let today = Comparison.Side(day: Self.today, policy: .standard)
            for from in [
                Comparison.Side(day: Self.today, policy: other),
                Comparison.Side(day: Self.today - 30, policy: .standard),
            ] {
                for manager in [nil, PersonID(unchecked: "p1"), PersonID(unchecked: "nobody")] {
                    let found = try await bulk.comparison(manager: manager, details: 3) { _, _ in (from, today) }
                    let expected = Comparison(
                        log.events, log.events, from: from, to: today, manager: manager, details: 3)
                    #expect(GoldenCase.differences(found.json, expected.json) == [])
                    #expect(found.events == expected.events)
                }
            }
        }
    }

    @Test(arguments: UInt64(21)...28)
    func `what was known at an instant is what was recorded by then`(seed: UInt64) async throws {
        try await scored(seed) { log, connections in
            let bulk = BulkEvaluation(.default, using: connections[0], Array(connections[1...]))
            let today = Comparison.Side(day: Self.today, policy: .standard)
            for hours in [3, 2] {
                let instant = try await Self.instant(hours: hours, connections[0])
                let then = try await LogEvaluation.load(.default, knownAt: instant, from: connections[0])
                #expect(then.events.count < log.events.count)
                let report = try await bulk.scores(asOf: Self.today, knownAt: instant).report
                #expect(
                    GoldenCase.differences(report.json, then.report(asOf: Self.today, policy: .standard).json) == [])
                let found = try await bulk.comparison(knownAt: (instant, nil), details: 3) { _, _ in (today, today) }
                let expected = Comparison(then.events, log.events, from: today, to: today, details: 3)
                #expect(GoldenCase.differences(found.json, expected.json) == [])
                guard let manager = report.managers.keys.min() else { continue }
                let explained = try await bulk.explanation(of: manager, asOf: Self.today, knownAt: instant)
                #expect(
                    explained.json == then.explanation(of: manager, asOf: Self.today, policy: .standard).json,
                    "\(manager)")
            }
            let young = try await Self.instant(hours: 0, connections[0])
            await #expect {
                try await bulk.scores(knownAt: young)
            } throws: { error in
                if case LedgerError.notYetKnown = error { true } else { false }
            }
        }
    }

    /// Gives all events of a random organisation that came in three parts, an hour apart; scoring has not read the last.
    private func scored(
        _ seed: UInt64, _ body: (LogEvaluation, [Connection]) async throws -> Void
    ) async throws {
        try await ScoredOrganization.with(today: Self.today) { scored in
            // Of every other one most units come in pages.
            let events = RandomOrganization(seed: seed, today: Self.today, events: 260, isOrderly: seed % 2 == 0).events
            let worker = scored.worker(batch: 30)
            for (part, hours) in [(events[..<120], 3), (events[120..<250], 2), (events[250...], 1)] {
                let before = try await scored.database.pool.query("SELECT clock_timestamp()").only().timestamptz(0)
                try await scored.append(Array(part))
                if hours > 1 { try await scored.drain(worker) }
                for table in ["log.event", "facts.event"] {
                    _ = try await scored.database.pool.execute(
                        "UPDATE \(table) SET recorded = recorded - make_interval(hours => $1) WHERE recorded >= $2",
                        [.int4(Int32(hours)), .timestamptz(before)])
                }
            }
            try await scored.database.pool.withConnection { lead in
                try await scored.database.pool.withConnection { helper in
                    try await body(try await LogEvaluation.load(scored.organization, from: lead), [lead, helper])
                }
            }
        }
    }

    /// Half an hour after the load of so many hours ago.
    private static func instant(hours: Int, _ connection: Connection) async throws -> Instant {
        let now = Instant(try await connection.query("SELECT now()").only().timestamptz(0))
        return hours == 0 ? now : now.adding(seconds: 1_800 - 3_600 * hours)
    }
}
