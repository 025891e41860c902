import Accountability
import Models
import Support
import Testing

@Suite struct GoldenTests {
    @Test(arguments: GoldenCase.all, GoldenCase.days)
    func `the golden cases come out to 1e-9, with the same keys and statuses`(
        _ golden: GoldenCase, _ text: String
    ) throws {
        let day = try #require(Day(text))
        let report = Scoring.report(events: try golden.events().map(\.event), asOf: day, policy: .standard)
        let found = GoldenCase.differences(report.golden, try golden.expected(on: text))
        // Not #expect(found.isEmpty), which would print them all.
        let count = found.count
        #expect(count == 0, "\(found.prefix(5))")
    }

    @Test(arguments: GoldenCase.all, GoldenCase.days)
    func `neither order nor duplicates change a single bit`(_ golden: GoldenCase, _ text: String) throws {
        let day = try #require(Day(text))
        let events = try golden.events().map(\.event)
        var random = SplitMix(seed: 7)
        let report = Scoring.report(events: events, asOf: day, policy: .standard)
        for _ in 0..<2 {
            let again = (events + events.shuffled(using: &random).prefix(events.count / 3)).shuffled(using: &random)
            #expect(Scoring.report(events: again, asOf: day, policy: .standard) == report)
        }
    }

    @Test(arguments: GoldenCase.all)
    func `what explains a row adds up to it exactly`(_ golden: GoldenCase) throws {
        let day = try #require(Day("2026-06-30"))
        let inForce = Corrections.inForce(try golden.events().map(\.event), asOf: day)
        let scorer = UnitScorer(organization: Organization(events: inForce, asOf: day), policy: .standard)
        let index = UnitIndex(inForce)
        for person in index.everybody(in: scorer.organization) {
            let unit = index.facts(of: person)
            expectTrials(scorer.trials(unit), addUpTo: scorer.score(unit).contributions, policy: .standard)
        }
    }
}

extension ScoreReport {
    /// The members that the golden files have.
    var golden: JSONValue {
        [
            "asOf": json["asOf"] ?? .null, "managers": json["managers"] ?? .null,
            "programmes": json["programmes"] ?? .null,
        ]
    }
}

func expectTrials(_ trials: [Trial], addUpTo contributions: [PersonID: Contribution], policy: Policy) {
    for manager in Set(trials.map(\.manager)).union(contributions.keys) {
        for measure in Measure.allCases {
            let own = trials.filter { $0.manager == manager && $0.measure == measure }
            let contribution = contributions[manager] ?? Contribution()
            #expect(own.reduce(.zero) { $0 + $1.n } == contribution.trials(of: measure, policy: policy))
            #expect(own.reduce(.zero) { $0 + $1.s } == contribution.credit(of: measure, policy: policy))
        }
    }
}
