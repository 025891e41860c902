import Models

/// Tries steps on one manager's tally of one day.
struct Rehearsal {
    private let assessment: Assessment
    private let manager: PersonID
    /// The day on which steps are taken; up to the assessment's.
    private let day: Day
    private let trials: [Trial]
    private let tally: Contribution
    let score: Double?

    init(_ assessment: Assessment, _ manager: PersonID, _ trials: [Trial], on day: Day) {
        self.assessment = assessment
        self.manager = manager
        self.day = day
        self.trials = trials
        let side = assessment.side(of: manager, trials)
        tally = side.tally
        score = side.score?.score
    }

    func worth(of idea: Assessment.Idea) -> NextStep.Worth {
        let changed = idea.kind == .clarify ? clarified(idea.person) : tally(after: idea)
        let new = assessment.posterior.score(manager: manager, changed)?.score
        var change: Double?
        if let new, let score { change = new - score }
        return NextStep.Worth(score: new, change: change)
    }

    /// With the person's clarity credited: a definition and its acknowledgement would do nothing else.
    private func clarified(_ person: PersonID) -> Contribution {
        var changed = tally
        for trial in trials where trial.measure == .clarity && trial.person == person {
            changed.add(.clarity, n: .zero, s: trial.n - trial.s, policy: assessment.policy)
        }
        return changed
    }

    private func tally(after idea: Assessment.Idea) -> Contribution {
        let facts = assessment.index.facts(of: idea.person)
        // After everything else of the day.
        let time = Instant(startOf: day).adding(seconds: 86_399)
        let imagined = idea.payloads.enumerated().map { number, payload in
            Event(identity: EventIdentity(source: "\u{10FFFF}", id: "\(number)"), time: time, payload: payload)
        }
        let unit = UnitFacts(person: idea.person, events: facts.events + imagined)
        let before = assessment.scorer.score(facts).contributions[manager] ?? Contribution()
        let after = assessment.scorer.score(unit).contributions[manager] ?? Contribution()
        return tally - before + after
    }
}
