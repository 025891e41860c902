package import Models

/// One manager's team over time, as events that the real code scores.
///
/// Everything is stationary: what began before the window is there, what is decided after the scored day is written down
/// too, so that any scored day is a random day. The manager has nobody above; what they don't do climbs nowhere.
package struct TeamSimulation {
    let rates: Rates
    let team: Int
    let conduct: Conduct
    let workload: Workload
    let policy: Policy
    /// The first instant of the window and the instant after the scored day, in days since 1970-01-01.
    let window: Range<Double>
    var random: RandomSource
    private(set) var events: [Event] = []

    private init(
        rates: Rates, team: Int, conduct: Conduct, workload: Workload, policy: Policy, asOf: Day,
        random: RandomSource
    ) {
        self.rates = rates
        self.team = team
        self.conduct = conduct
        self.workload = workload
        self.policy = policy
        window = Double(asOf.number - policy.window + 1)..<Double(asOf.number + 1)
        self.random = random
    }

    /// The person who is scored.
    package static let manager = PersonID(unchecked: "m")

    /// The events of one manager's team, in no order.
    ///
    /// - Parameters:
    ///   - rates: What the manager's shares truly are.
    ///   - team: How many people report to the manager, at least one.
    ///   - workload: How much happens; the conduct's, unless another is given.
    ///   - asOf: The scored day; some events are of later days, and don't count on it.
    ///   - random: Decides everything; the same source gives the same events.
    package static func events(
        rates: Rates, team: Int, conduct: Conduct, workload: Workload? = nil, policy: Policy, asOf: Day,
        random: RandomSource
    ) -> [Event] {
        var simulation = TeamSimulation(
            rates: rates, team: team, conduct: conduct, workload: workload ?? conduct.workload, policy: policy,
            asOf: asOf,
            random: random)
        simulation.organize()
        let sessions = simulation.coach()
        simulation.bringInOutsideCoaches()
        simulation.openGaps()
        simulation.openClimbingGaps()
        simulation.requestTraining(after: sessions)
        return simulation.events
    }

    mutating func add(_ time: Double, _ payload: Payload) {
        events.append(
            Event(
                identity: EventIdentity(source: "/study", id: "e\(events.count)"),
                time: Instant(microseconds: Int64(time * Double(Instant.microsecondsPerDay))), payload: payload))
    }

    func report(_ index: Int) -> PersonID { PersonID(unchecked: "p\(index)") }

    private static let role = RoleID(unchecked: "r")

    /// Long enough before the window for all that counts in it.
    private var beginning: Double {
        let before = 2 * policy.closureDue + policy.climbEvery + policy.chainDue + policy.clarityGrace + 400
        return window.lowerBound - Double(before)
    }

    /// The team, and with whom expectations were gone through.
    private mutating func organize() {
        let first = beginning
        let expectation = Expectation(id: ExpectationID(unchecked: "x"), statement: "x")
        add(
            first,
            .roleDefined(RoleDefined(role: Self.role, effectiveFrom: day(first), expectations: [expectation])))
        employ(Self.manager, under: nil)
        let togetherOrNot = random.chance(rates[.clarity])
        for index in 0..<team {
            employ(report(index), under: Self.manager)
            let isClear = conduct == .clarityTogether ? togetherOrNot : random.chance(rates[.clarity])
            guard isClear else { continue }
            add(
                first + 1,
                .expectationAcknowledged(ExpectationAcknowledged(person: report(index), role: Self.role)))
        }
    }

    mutating func employ(_ person: PersonID, under manager: PersonID?) {
        let first = beginning
        add(
            first,
            .personUpdated(
                PersonUpdated(
                    person: person, effectiveFrom: day(first), active: true, manager: manager, role: Self.role)))
    }

    private func day(_ time: Double) -> Day { Day(number: Int(time)) }
}
