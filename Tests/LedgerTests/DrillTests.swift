import Foundation
import Models
import Testing

/// Whatever comes in whatever order, with restarts and turns in between: what is kept by difference, sums, scores,
/// deadlines and notices, is what a computation from scratch gives, after every step.
///
/// `ONUS_DRILLS` runs that many instead of the few of `make test`, from the seed `ONUS_DRILL_SEED` on.
@Suite(.timeLimit(.minutes(60))) struct DrillTests {
    private static let seeds: [UInt64] = {
        let environment = ProcessInfo.processInfo.environment
        let first = environment["ONUS_DRILL_SEED"].flatMap(UInt64.init) ?? 1
        let count = environment["ONUS_DRILLS"].flatMap(UInt64.init) ?? 6
        return Array(first..<(first + count))
    }()

    @Test(arguments: seeds)
    func `after every step everything is as computed from scratch`(_ seed: UInt64) async throws {
        try await ScoredOrganization.with(today: Drill.lastDay) { scored in
            try await scored.execute("UPDATE onus.organization SET l_and_d_contact = 'learning', hr_contact = 'people'")
            var drill = Drill(scored, seed: seed, events: 150)
            let found = try await drill.run()
            #expect(found == [], "seed \(seed)")
        }
    }
}
