import Models
import Notification
import Postgres
import Testing

/// What identifies a claim, where the attempts' numbers begin anew.
@Suite(.timeLimit(.minutes(5))) struct ClaimTests {
    static let outcomes: [DeliveryDecision] = [
        .retry(after: .seconds(60), because: "old"), .parked(because: "old"), .muted, .replanned,
    ]

    private func claim(_ bench: TestBench, after seconds: Int64) async throws -> ClaimedDelivery {
        let claimed = try await bench.servicePool.withTransaction { connection in
            try await DueDeliveries.claim(
                connection, lane: DeliveryLane(organization: bench.organization), limit: 8, lease: Lease.length,
                at: later(bench, seconds))
        }
        return try #require(claimed.first)
    }

    private func finish(_ bench: TestBench, _ claim: ClaimedDelivery, _ decision: DeliveryDecision) async throws {
        try await bench.servicePool.withTransaction { connection in
            try await OrganizationScope.enter(connection, bench.organization)
            try await DueDeliveries.finish(connection, claim, decision, at: later(bench, 20))
        }
    }

    private func later(_ bench: TestBench, _ seconds: Int64) -> Instant {
        Instant(microseconds: bench.tuesday.microseconds + seconds * 1_000_000)
    }

    /// A mail that is claimed, parked and resumed as by `onus deliveries`, and claimed again while the first attempt hangs.
    private func run(
        _ body: (TestBench, _ old: ClaimedDelivery, _ new: ClaimedDelivery) async throws -> Void
    ) async throws {
        try await TestBench.run { bench in
            try await bench.assign("ana", email: "ana@example.com")
            try await bench.notice(.coachingDue, to: "ana")
            _ = try await bench.planner().planAll(at: bench.tuesday)
            let old = try await claim(bench, after: 0)
            try await bench.sql(
                "UPDATE notice.delivery SET state = 'parked', finished = now(), leased_until = NULL WHERE id = $1",
                [.int8(old.id)])
            try await bench.sql(
                """
                UPDATE notice.delivery SET state = 'pending', attempts = 0, begun = false, due = $2, leased_until = NULL,
                    finished = NULL
                WHERE id = $1
                """,
                [.int8(old.id), .timestamptz(Timestamp(microsecondsSince1970: bench.tuesday.microseconds))])
            let new = try await claim(bench, after: 10)
            #expect(old.id == new.id && old.attempt == 1 && new.attempt == 1)
            try await body(bench, old, new)
        }
    }

    @Test(arguments: outcomes)
    func `an attempt from before a resume says nothing of the one after it`(outcome: DeliveryDecision) async throws {
        try await run { bench, old, new in
            let before = try await bench.deliveries()
            try await finish(bench, old, outcome)
            #expect(try await bench.deliveries() == before)
            #expect(
                try await bench.count("SELECT count(*) FROM notice.delivery WHERE leased_until IS NOT NULL") == 1)
            try await finish(bench, new, .parked(because: "new"))
            #expect(try await bench.deliveries().last?.error == "new")
        }
    }

    @Test func `quiet hours that the old attempt met don't take the new one's claim`() async throws {
        try await run { bench, old, _ in
            let zone = LocalTime("UTC")
            let night = Instant(microseconds: bench.tuesday.microseconds + 12 * 3_600_000_000)
            let wait = try #require(QuietWait(.standard, in: zone, now: night))
            let before = try await bench.deliveries()
            try await finish(bench, old, .postponed(wait))
            #expect(try await bench.deliveries() == before)
        }
    }

    @Test func `what was handed over is sent, whoever claims it now`() async throws {
        try await run { bench, old, _ in
            try await finish(bench, old, .sent)
            #expect(try await bench.deliveries().last?.state == "sent")
        }
    }
}
