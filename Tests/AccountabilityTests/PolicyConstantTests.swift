import Accountability
import Models
import Testing

/// Every constant of the policy is one that scoring really uses.
@Suite struct PolicyConstantTests {
    @Test(arguments: PolicyConstant.all.map(\.name) + Measure.allCases.map { "weights/\($0)" })
    func `changing one constant changes some organisation's result`(name: String) throws {
        let changed = try Self.changed(name)
        #expect(changed.differences(from: .standard).map(\.pointer) == ["/\(name)"])
        let day = RandomOrganization.today
        let isUsed = (UInt64(0)...80).contains { seed in
            // Among random organisations nobody owns performance.
            let events = seed == 0 ? Self.exemplary : RandomOrganization(seed: seed, events: 240).events
            let standard = Scoring.report(events: events, asOf: day, policy: .standard)
            let other = Scoring.report(events: events, asOf: day, policy: changed)
            return standard != other
        }
        #expect(isUsed, "\(name) is not used")
    }

    /// A manager who defines the role, observes and coaches every week.
    private static let exemplary: [Event] = {
        var scene = Scene()
        let expectation = Expectation(id: id("x"), statement: "Answers within a day")
        scene.add(
            390,
            .roleDefined(RoleDefined(role: id("r"), effectiveFrom: Scene.today - 390, expectations: [expectation])))
        scene.add(380, .expectationAcknowledged(ExpectationAcknowledged(person: id("p"), role: id("r"))))
        for week in 0..<13 {
            let context = CoachingContext(kind: .call)
            scene.add(
                7 * week,
                .coachingHeld(CoachingHeld(person: id("p"), by: .coach(id("m")), context: context, observed: true)))
        }
        return scene.events
    }()

    /// The standard policy with one constant a little different.
    private static func changed(_ name: String) throws -> Policy {
        let text =
            switch name {
            case "window": #"{"window":80}"#
            case "cadence": #"{"cadence":13}"#
            case "kappa": #"{"kappa":2.5}"#
            case "programmePrior": #"{"programmePrior":2}"#
            case "intervalFactor": #"{"intervalFactor":1.5}"#
            case "complementShare": #"{"complementShare":0.1}"#
            case "verifiedLevel": #"{"verifiedLevel":0}"#
            case "verifiedProgress": #"{"verifiedProgress":0.9}"#
            case "unverifiedCredit": #"{"unverifiedCredit":0}"#
            case "triageLookback": #"{"triageLookback":300}"#
            case "owningLow": #"{"owningLow":99}"#
            case "outsourcedHigh": #"{"outsourcedHigh":35}"#
            case "minimumMeasures": #"{"minimumMeasures":5}"#
            case "minimumTrials": #"{"minimumTrials":8}"#
            case "levels": #"{"levels":31}"#
            case "unlinkedFrom": #"{"unlinkedFrom":1}"#
            case let weight where weight.hasPrefix("weights/"): #"{"weights":{"\#(weight.dropFirst(8))":7}}"#
            default: #"{"\#(name)":20}"#
            }
        return try Policy(json: try JSONParser.parse(text))
    }
}
