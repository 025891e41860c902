import Models

/// Lists the trials of one unit, with what decided each.
struct ListSink: TrialSink {
    private let person: PersonID
    private let organization: Organization
    private let policy: Policy
    private(set) var trials: [Trial] = []
    private(set) var programmeTrials: [ProgrammeTrial] = []
    private let gaps: [GapPath]

    init(person: PersonID, gaps: [GapPath], organization: Organization, policy: Policy) {
        self.person = person
        self.gaps = gaps
        self.organization = organization
        self.policy = policy
    }

    mutating func count(
        _ measure: Measure, _ manager: Int, trials: Int, credits: Int, _ detail: () -> TrialDetail
    ) {
        let isCoaching = measure == .coaching
        append(
            measure, manager, n: Fraction(trials, isCoaching ? policy.cadence : 1),
            s: Fraction(credits, isCoaching ? policy.cadence : 2), .counted, detail())
    }

    mutating func countOutcome(_ manager: Int, progress: Fraction, _ detail: () -> TrialDetail) {
        append(.outcome, manager, n: .one, s: progress, .counted, detail())
    }

    mutating func pending(
        _ measure: Measure, _ manager: Int, gap: GapID, due: Int, _ detail: () -> TrialDetail
    ) {
        append(measure, manager, n: .zero, s: .zero, .pending(due: Day(number: due)), detail())
    }

    mutating func count(
        _ measure: ProgrammeMeasure, of completion: Dossier.Completion, isCredited: Bool,
        _ evidence: () -> [EventOrder]
    ) {
        programmeTrials.append(
            ProgrammeTrial(
                programme: completion.programme, measure: measure, isCredited: isCredited, person: person,
                completedOn: Day(number: completion.day), gap: completion.gap.map { gaps[$0].gap },
                evidence: evidence().sorted().map(\.identity)))
    }

    private mutating func append(
        _ measure: Measure, _ manager: Int, n: Fraction, s: Fraction, _ state: Trial.State, _ detail: TrialDetail
    ) {
        trials.append(
            Trial(
                manager: organization.people[manager], measure: measure, n: n, s: s, state: state,
                decidedOn: detail.decidedOn.map(Day.init(number:)), person: person, gap: detail.gap?.gap,
                occasion: detail.occasion, evidence: detail.evidence.sorted().map(\.identity),
                explanation: detail.explanation))
    }
}
