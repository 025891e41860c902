import Foundation
import Glibc
import NIOHTTP1
import Postgres
import Support
import Testing

/// The services behind a real PgBouncer in transaction mode.
@Suite(.timeLimit(.minutes(10)))
struct PoolerEndToEndTests {
    private static func run(_ body: (Stack, TestBouncer) async throws -> Void) async throws {
        try await TestCluster.with { cluster in
            try await Stack.with(owner: cluster.url) { stack in
                let users = ["ingestion", "scoring"].map(stack.role)
                try await TestBouncer.with(server: cluster.port, users: users) { bouncer in
                    try await body(stack, bouncer)
                }
            }
        }
    }

    @Test
    func `behind a pooler services work, say that notifications do not arrive, and miss nothing when it restarts`()
        async throws
    {
        try await Self.run { stack, bouncer in
            let pooled = ["ONUS_DATABASE_POOLED": "1"]
            let ingestion = try await stack.start("ingestion", through: bouncer.port, environment: pooled)
            let scoring = try await stack.start("scoring", through: bouncer.port, environment: pooled)
            try await scoring.waitForOutput("Notifications do not arrive")
            try await scoring.waitForOutput("Scoring is active")
            // A session's lock would be everybody's who is given that session.
            let second = try await stack.start("scoring", through: bouncer.port, environment: pooled)
            try await second.waitForOutput("Standing by")
            // Frozen, it keeps the pooler's session, and the lock, for four seconds.
            scoring.send(SIGSTOP)
            try await second.waitForOutput("Scoring is active")
            scoring.send(SIGCONT)
            try await scoring.waitForOutput("Standing by")
            let token = try await stack.token()
            var acknowledged: Set<String> = []
            for number in 0..<60 {
                if number == 20 {
                    await bouncer.stop()
                    try await bouncer.start()
                }
                let id = "\(number)"
                // Refused while the pooler is away; then it may be there or not.
                if try await stack.post(Self.event(id), as: "application/cloudevents+json", token: token) == .accepted {
                    acknowledged.insert(id)
                }
            }
            #expect(acknowledged.count > 30)
            try await stack.onus(["status", "--wait", "120"])
            let kept = try await stack.ids(in: "facts.event")
            #expect(kept.count == Set(kept).count)
            #expect(acknowledged.subtracting(kept).isEmpty)
            try await stack.onus(["replay", "--verify"])
            for process in [ingestion, scoring, second] {
                process.terminate()
                #expect(await process.wait(atMost: .seconds(30)) == 0)
            }
        }
    }

    @Test func `with a way round the pooler notifications arrive`() async throws {
        try await Self.run { stack, bouncer in
            let scoring = try await stack.start(
                "scoring", through: bouncer.port, givingDirect: true,
                environment: ["ONUS_DATABASE_POOLED": "1", "ONUS_LOG_LEVEL": "debug"])
            try await scoring.waitForOutput("Notifications arrive")
            try await scoring.waitForOutput("Scoring is active")
            scoring.terminate()
            #expect(await scoring.wait(atMost: .seconds(30)) == 0)
        }
    }

    @Test func `a service that was not told of the pooler does not start, and says what to set`() async throws {
        try await Self.run { stack, bouncer in
            let ingestion = try await stack.launch("ingestion", through: bouncer.port)
            #expect(await ingestion.wait(atMost: .seconds(30)) == 64)
            #expect(ingestion.errorOutput.contains("ONUS_DATABASE_POOLED"))
        }
    }

    private static func event(_ id: String) -> String {
        """
        {"specversion":"1.0","id":"\(id)","source":"/pooler","type":"onus.coaching.held",\
        "time":"2026-06-01T09:00:00Z","data":{"person":"p","coach":"m"}}
        """
    }
}
