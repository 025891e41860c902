import Ledger
import Models
import Postgres
import Support
import Testing

/// The golden cases through the log and the worker: what is stored is what the model gives.
@Suite(.timeLimit(.minutes(10))) struct GoldenScoringTests {
    static let first = Day(number: 20_543)  // 2026-03-31
    static let second = Day(number: 20_634)  // 2026-06-30

    @Test(arguments: ["tiny", "small", "edges"].map(GoldenCase.init(name:)))
    func `what is stored on both days equals the golden numbers`(_ golden: GoldenCase) async throws {
        try await ScoredOrganization.with(today: Self.first) { scored in
            let worker = scored.worker()
            try await scored.append(try golden.events())
            try await scored.drain(worker)
            try await expect(scored, golden, Self.first)
            scored.today = Self.second
            try await scored.drain(worker)
            try await expect(scored, golden, Self.second)
        }
    }

    @Test(arguments: ["tiny", "small", "edges"].map(GoldenCase.init(name:)))
    func `events in small batches, in any order and twice, with a new worker now and then, give the same`(
        _ golden: GoldenCase
    ) async throws {
        try await ScoredOrganization.with(today: Self.second) { scored in
            var random = SplitMix(seed: 11)
            let events = try golden.events()
            let twice = (events + events).shuffled(using: &random)
            var worker = scored.worker(batch: 40)
            try await scored.drain(worker)
            for start in stride(from: 0, to: twice.count, by: 97) {
                try await scored.append(Array(twice[start..<min(start + 97, twice.count)]))
                if start % 3 == 0 { worker = scored.worker(batch: 1 + start % 50) }
                try await scored.drain(worker)
            }
            try await expect(scored, golden, Self.second)
        }
    }

    @Test func `one event after the other, each scored at once, gives the same`() async throws {
        let golden = GoldenCase(name: "tiny")
        try await ScoredOrganization.with(today: Self.second) { scored in
            let worker = scored.worker()
            try await scored.drain(worker)
            for event in try golden.events() {
                try await scored.append([event])
                try await scored.drain(worker)
            }
            try await expect(scored, golden, Self.second)
            #expect(try await scored.count("score.mark") == 0)
        }
    }

    @Test func `a backlog leaves marks while it is drained, and the same scores`() async throws {
        let golden = GoldenCase(name: "small")
        try await ScoredOrganization.with(today: Self.second) { scored in
            let worker = scored.worker(batch: 100)
            try await scored.drain(worker)
            try await scored.append(try golden.events())
            let reading = scored.worker(batch: 100, quiet: .seconds(60))
            guard case .worked = try await reading.step() else { return #expect(Bool(false), "nothing was read") }
            #expect(try await scored.count("score.mark") > 0)
            #expect(try await scored.count("facts.event") == 100)
            // A worker that dies here leaves the marks to the next.
            try await scored.drain(scored.worker(batch: 100))
            #expect(try await scored.count("score.mark") == 0)
            try await expect(scored, golden, Self.second)
        }
    }

    private func expect(_ scored: ScoredOrganization, _ golden: GoldenCase, _ day: Day) async throws {
        let found = GoldenCase.differences(try await scored.stored(), try golden.expected(on: day))
        let count = found.count
        #expect(count == 0, "\(found.prefix(5))")
    }
}
