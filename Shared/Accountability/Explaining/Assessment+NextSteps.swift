package import Models

extension Assessment {
    /// What would raise the manager's score most: each step is added to the events as if it were taken on the scored
    /// day, its unit is scored again by the rules, and the posterior is run on the changed tally; once for the scored
    /// day and once for the last day that a session of it covers. Steps that would not raise the score at either are
    /// left out, and so is everything where there is no score.
    ///
    /// - Parameters:
    ///   - trials: The manager's, of the scored day.
    ///   - units: Whose facts are asked; `nil` asks everybody's.
    package func nextSteps(
        for manager: PersonID, _ trials: [Trial], among units: Set<PersonID>? = nil, limit: Int
    ) -> [NextStep] {
        let later = moved(to: policy.lastCovered(from: asOf))
        let laterTrials = later.trials(of: [manager], among: units)[manager] ?? []
        let today = Rehearsal(self, manager, trials, on: asOf)
        let ahead = Rehearsal(later, manager, laterTrials, on: asOf)
        guard today.score != nil || ahead.score != nil else { return [] }
        var steps: [NextStep] = []
        for idea in ideas(for: manager, trials) {
            let step = NextStep(
                kind: idea.kind, person: idea.person, gap: idea.gap, due: idea.due, today: today.worth(of: idea),
                ahead: ahead.worth(of: idea), aheadOn: later.asOf)
            if max(step.today.change ?? 0, step.ahead.change ?? 0) > 0 { steps.append(step) }
        }
        return Array(steps.sorted(by: NextStep.precedes).prefix(limit))
    }

    /// A step before it is judged.
    struct Idea {
        let kind: NextStep.Kind
        let person: PersonID
        var gap: GapID?
        var due: Day?
        /// What happens when it is taken; nothing for clarity, whose trial is credited as it stands.
        var payloads: [Payload] = []
    }

    private func ideas(for manager: PersonID, _ trials: [Trial]) -> [Idea] {
        var ideas = organization.reports(of: manager, on: asOf).map { person in
            let session = CoachingHeld(
                person: person, by: .coach(manager), context: CoachingContext(kind: .other), observed: true)
            return Idea(kind: .coach, person: person, payloads: [.coachingHeld(session)])
        }
        var closing: [GapID: Idea] = [:]
        for trial in trials where trial.isPending || trial.s < trial.n {
            switch (trial.measure, trial.state, trial.gap) {
            case (.clarity, _, _):
                ideas.append(Idea(kind: .clarify, person: trial.person))
            case (.outcome, _, let gap?):
                guard let target = target(of: gap, of: trial.person) else { continue }
                let measured = Payload.outcomeMeasured(OutcomeMeasured(gap: gap, value: target))
                ideas.append(Idea(kind: .reachTarget, person: trial.person, gap: gap, payloads: [measured]))
            case (.action, .pending(let due), let gap?):
                let action = GapAction(gap: gap, by: manager, kind: .process, stage: .taken)
                ideas.append(
                    Idea(kind: .act, person: trial.person, gap: gap, due: due, payloads: [.gapAction(action)]))
            case (.closure, .pending(let due), let gap?), (.chain, .pending(let due), let gap?):
                if let earlier = closing[gap]?.due, earlier <= due { continue }
                let seen = BehaviourObserved(gap: gap, observer: trial.person, level: 4)
                let closed = GapClosed(gap: gap, outcome: .closed)
                closing[gap] = Idea(
                    kind: .close, person: trial.person, gap: gap, due: due,
                    payloads: [.behaviourObserved(seen), .gapClosed(closed)])
            default: continue
            }
        }
        return ideas + closing.values
    }

    private func target(of gap: GapID, of person: PersonID) -> Double? {
        let identifications = index.facts(of: person).events.compactMap { event -> GapIdentified? in
            if case .gapIdentified(let data) = event.payload, data.gap == gap { data } else { nil }
        }
        return identifications.first?.metric?.target
    }
}

extension Policy {
    /// The last day that a session of a day covers: next steps look ahead so far.
    package func lastCovered(from day: Day) -> Day { day + (cadence - 1) }
}
