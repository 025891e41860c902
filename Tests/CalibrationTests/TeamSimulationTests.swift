import Accountability
import Models
import Testing

@testable import Calibration

/// One manager with a very large team is enough trials to see every rate through the real code.
@Suite struct TeamSimulationTests {
    /// A rate of its own for each measure, so that none can pass for another.
    private func rates(_ complement: ComplementCurve) -> Rates {
        Rates(complement: complement) { measure in
            switch measure {
            case .clarity: 0.62
            case .coaching: 0.41
            case .situational: 0.27
            case .action: 0.83
            case .closure: 0.35
            case .triage: 0.55
            case .outcome: 0.71
            case .chain: 0.16
            case .complement: 0
            }
        }
    }

    private func simulate(
        _ conduct: Conduct, team: Int = 1_200, policy: Policy = .standard, seed: UInt64 = 3
    ) throws -> (rates: Rates, row: ManagerScore) {
        let rates = rates(ComplementCurve(inner: []))
        let manager = SimulatedManager(
            rates: rates, team: team, conduct: conduct, policy: policy, asOf: Study.asOf,
            random: RandomSource(seed: seed))
        return (rates, try #require(manager.row))
    }

    @Test(arguments: [Conduct.assumed, .regular, .bursts])
    func `what the real code counts is what the rates say`(conduct: Conduct) throws {
        let (rates, row) = try simulate(conduct)
        for measure in Rates.free {
            let score = try #require(row.measures[measure])
            // Four standard errors; the sessions of a burst count as one.
            let trials = measure == .situational && conduct == .bursts ? score.n / 3 : score.n
            let error = 4 * (rates[measure] * (1 - rates[measure]) / trials).squareRoot()
            #expect(abs(score.s / score.n - rates[measure]) < error, "\(measure): \(score.s / score.n)")
        }
    }

    @Test(arguments: [0, 0.5, 1])
    func `another policy changes what counts, not the rates behind it`(unverified: Double) throws {
        var policy = Policy.standard
        policy.window = 120
        policy.cadence = 7
        policy.actionDue = 5
        policy.closureDue = 45
        policy.climbEvery = 30
        policy.unverifiedCredit = unverified
        let (rates, row) = try simulate(.assumed, policy: policy)
        for measure in Rates.free {
            let score = try #require(row.measures[measure])
            let error = 4 * (rates[measure] * (1 - rates[measure]) / score.n).squareRoot()
            #expect(abs(score.s / score.n - rates[measure]) < error, "\(measure): \(score.s / score.n)")
        }
    }

    @Test func `every measure has trials in as many cases as the workload says`() throws {
        let (_, row) = try simulate(.assumed)
        func expect(_ measure: Measure, _ perReport: Double) throws {
            let n = try #require(row.measures[measure]).n
            #expect(abs(n - 1_200 * perReport) < 4 * (1_200 * perReport).squareRoot(), "\(measure): \(n)")
        }
        try expect(.clarity, 1)
        try expect(.coaching, 90.0 / 14)
        try expect(.action, 90.0 / 120)
        try expect(.closure, 90.0 / 120)
        try expect(.triage, 90.0 / 180)
        try expect(.chain, 90.0 / 360)
        // A share of 0.3, of whom nearly all were visited in 90 days.
        try expect(.complement, 0.3 * 0.95)
    }

    @Test func `weeks that a team shares cover each person as often as sessions of their own`() throws {
        // One set of weeks for everybody: many small teams, not a large one.
        let rates = rates(ComplementCurve(inner: []))
        let sums = (0..<400).reduce(into: (n: 0.0, s: 0.0)) { sums, number in
            let manager = SimulatedManager(
                rates: rates, team: 3, conduct: .teamWeeks, policy: .standard, asOf: Study.asOf,
                random: RandomSource(seed: UInt64(number)))
            guard let coaching = manager.row?.measures[.coaching] else { return }
            sums.n += coaching.n
            sums.s += coaching.s
        }
        #expect(abs(sums.s / sums.n - 0.41) < 0.04)
    }

    @Test func `a dishonest manager's evidence is better than the manager`() throws {
        let (rates, honest) = try simulate(.assumed)
        let (_, dishonest) = try simulate(.dishonest)
        func share(_ row: ManagerScore, _ measure: Measure) throws -> Double {
            let score = try #require(row.measures[measure])
            return score.s / score.n
        }
        #expect(abs(try share(dishonest, .coaching) - 0.95) < 0.01)
        #expect(try share(dishonest, .situational) > 0.8)
        // Those that were not closed count one half.
        let unclosed = 1 - (rates[.closure] + min(rates[.closure], 1 - rates[.closure]) / 2)
        #expect(abs(try share(dishonest, .closure) - (rates[.closure] + unclosed / 2)) < 0.05)
        for measure in [Measure.clarity, .action, .triage, .outcome, .chain] {
            #expect(abs(try share(dishonest, measure) - share(honest, measure)) < 0.1)
        }
    }

    @Test func `gaps that share a cause come out alike and are as many`() throws {
        let policy = Policy.standard
        let rates = rates(ComplementCurve(inner: []))
        var spread = 0.0
        var trials = 0.0
        for number in 0..<300 {
            let row = SimulatedManager(
                rates: rates, team: 8, conduct: .sharedCauses, policy: policy, asOf: Study.asOf,
                random: RandomSource(seed: UInt64(number))
            ).row
            guard let action = row?.measures[.action] else { continue }
            trials += action.n
            let offset = action.s - rates[.action] * action.n
            spread += offset * offset
        }
        #expect(abs(trials / 300 - 8 * 0.75) < 1)
        // Independent trials would give 1; four at a time give about 4.
        #expect(spread / (trials * rates[.action] * (1 - rates[.action])) > 2.5)
    }

    @Test func `the same source gives the same events`() {
        func events(_ seed: UInt64) -> [Event] {
            TeamSimulation.events(
                rates: rates(ComplementCurve(inner: [])), team: 5, conduct: .dishonest, policy: .standard,
                asOf: Study.asOf, random: RandomSource(seed: seed))
        }
        #expect(events(9) == events(9))
        #expect(events(9) != events(10))
    }

    @Test func `every simulated event could have come through ingestion`() throws {
        let events = TeamSimulation.events(
            rates: rates(ComplementCurve(inner: [])), team: 5, conduct: .dishonest, policy: .standard,
            asOf: Study.asOf, random: RandomSource(seed: 1))
        for event in events {
            let read = try EventReader.read(event.structured)
            #expect(read.event == event)
        }
    }
}
