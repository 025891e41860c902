import Hummingbird
import Models
import Notification
import Postgres
import Testing

@Suite(.timeLimit(.minutes(5))) struct SlowReceiverTests {
    /// Opens once; those who came before it wait.
    private actor Gate {
        private var isOpen = false
        private var waiting: [CheckedContinuation<Void, Never>] = []

        func open() {
            isOpen = true
            for continuation in waiting { continuation.resume() }
            waiting = []
        }

        func passed() async {
            if isOpen { return }
            await withCheckedContinuation { waiting.append($0) }
        }
    }

    @Test func `a receiver that hangs holds up neither mail nor another receiver`() async throws {
        try await TestBench.run { bench in
            try await bench.assign("ana", email: "ana@example.com")
            let (mailCame, otherCame) = (Gate(), Gate())
            var behaviour = TestMailServer.Behaviour()
            behaviour.data = { _ in
                Task { await mailCame.open() }
                return "250 OK"
            }
            try await TestMailServer.run(behaviour) { _, mailPort in
                let other = { @Sendable (_: Int) async -> Response in
                    await otherCame.open()
                    return Response(status: .ok)
                }
                // Answers only when everybody else has been served.
                let slow = { @Sendable (_: Int) async -> Response in
                    await mailCame.passed()
                    await otherCame.passed()
                    return Response(status: .ok)
                }
                try await TestReceiver.run(slow) { _, slowPort in
                    try await TestReceiver.run(other) { _, otherPort in
                        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
                        _ = try await bench.webhook("http://127.0.0.1:\(slowPort)/hook", secret: secret)
                        for _ in 0..<20 { try await bench.notice(.coachingDue, to: "ana") }
                        _ = try await bench.planner(batch: 19).planAll(at: bench.tuesday)
                        _ = try await bench.webhook("http://127.0.0.1:\(otherPort)/hook", secret: secret)
                        try await bench.notice(.coachingDue, to: "bo")
                        _ = try await bench.planner().planAll(at: bench.tuesday)
                        _ = try await bench.deliverer(mailPort: mailPort).deliverAll(at: bench.tuesday)
                    }
                }
            }
            let rows = try await bench.deliveries().filter { $0.channel == "webhook" }
            #expect(rows.count == 22)
            #expect(rows.allSatisfy { $0.state == "sent" && $0.attempts == 1 })
        }
    }
}
