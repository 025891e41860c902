import Models

/// Gaps and the path to closing them.
extension Simulation {
    mutating func identifyGap(_ person: Int, isNeglected: Bool) {
        guard isActive[person], openGap[person] == nil, isNeglected || !hasPlannedGap.contains(person),
            let owner = owner(of: person)
        else {
            if !isNeglected { schedule(.identifyGap(person: person, isNeglected: false), in: 60) }
            return
        }
        let style = style(of: owner)
        let cause = isNeglected ? .skill : random.pick(Vocabulary.causes) ?? .unknown
        let metric = random.chance(0.7) ? random.pick(Vocabulary.metrics) : nil
        let place = gaps.count
        let goal = today + random.int(in: style.closesAfter)
        gaps.append(
            Gap(
                id: GapID(unchecked: "gap-\(place + 1)"), person: person, cause: cause,
                metric: metric.map { Metric(name: $0.name, baseline: $0.baseline, target: $0.target, unit: $0.unit) },
                identified: today, goal: goal, isNeglected: isNeglected))
        openGap[person] = place
        emit(
            "/performance",
            .gapIdentified(
                GapIdentified(
                    gap: gaps[place].id, person: id(person), cause: cause,
                    identifiedBy: random.chance(0.8) ? id(owner) : nil, summary: Vocabulary.summaries[cause],
                    metric: gaps[place].metric)))
        guard !isNeglected else { return }
        if random.chance(style.acts) { schedule(.act(gap: place), in: random.int(in: style.actsAfter)) }
        schedule(.observe(gap: place), in: random.int(in: 8...25))
        if metric != nil { schedule(.measure(gap: place), in: random.int(in: 10...30)) }
        if random.chance(style.closes) {
            schedule(.close(gap: place), in: goal - today)
        } else {
            schedule(.climb(gap: place), in: 90)
        }
    }

    mutating func act(on place: Int) {
        let gap = gaps[place]
        guard gap.isOpen, let owner = owner(of: gap.person) else { return }
        let kind = Vocabulary.action(for: gap.cause)
        if random.chance(0.3) { action(gap, by: owner, kind, .planned) }
        if kind == .coaching, random.chance(0.5) {
            hold(gap.person, by: owner, on: place)
        } else {
            action(gap, by: owner, kind, .taken)
        }
        guard kind == .training, let programme = random.pick(Vocabulary.usefulProgrammes) else { return }
        schedule(
            .complete(person: gap.person, programme: ProgrammeID(unchecked: programme), gap: place, by: nil),
            in: random.int(in: 7...28))
    }

    private mutating func action(_ gap: Gap, by owner: Int, _ kind: ActionKind, _ stage: ActionStage) {
        emit(
            "/performance",
            .gapAction(GapAction(gap: gap.id, by: id(owner), kind: kind, stage: stage)))
    }

    mutating func observe(_ place: Int) {
        guard gaps[place].isOpen, let owner = owner(of: gaps[place].person) else { return }
        if random.chance(style(of: owner).followsUp) { recordObservation(place, owner: owner) }
        schedule(.observe(gap: place), in: random.int(in: 18...38))
    }

    private mutating func recordObservation(_ place: Int, owner: Int) {
        let gap = gaps[place]
        // Half by those who see it: the person, or a colleague; half by the manager.
        let other = random.chance(0.5) ? gap.person : random.int(in: 0...staff.members.count - 1)
        let observer = random.chance(0.5) ? owner : other
        let halves = (1 + 3 * progress(of: gap, owner: owner)) * 2
        let identity = emit(
            "/performance",
            .behaviourObserved(
                BehaviourObserved(
                    gap: gap.id, observer: id(observer), level: min(4, halves.rounded(.down) / 2),
                    context: random.chance(0.3) ? .string("on the job") : nil)))
        doubt(identity, about: gap.person, by: observer)
    }

    mutating func measure(_ place: Int) {
        let gap = gaps[place]
        guard gap.isOpen, let metric = gap.metric, let owner = owner(of: gap.person) else { return }
        if random.chance(0.4 + style(of: owner).followsUp / 2) { recordMeasurement(gap, metric, owner: owner) }
        schedule(.measure(gap: place), in: random.int(in: 20...40))
    }

    private mutating func recordMeasurement(_ gap: Gap, _ metric: Metric, owner: Int) {
        let value = metric.baseline + (metric.target - metric.baseline) * progress(of: gap, owner: owner)
        emit(
            "/metrics",
            .outcomeMeasured(OutcomeMeasured(gap: gap.id, value: (value * 10).rounded() / 10)))
    }

    /// How far the person has come, `0...1` and sometimes a little more, with the chance of a day in it.
    private mutating func progress(of gap: Gap, owner: Int) -> Double {
        let share = Double(today - gap.identified) / Double(max(gap.goal - gap.identified, 1))
        let noise = Double(random.int(in: -10...10)) / 100
        return min(max(min(share, 1) * style(of: owner).progress + noise, 0), 1.1)
    }

    mutating func close(_ place: Int) {
        let gap = gaps[place]
        guard gap.isOpen, let owner = owner(of: gap.person) else { return }
        let outcome: GapOutcome =
            random.chance(0.05) ? .withdrawn : gap.cause == .roleFit || random.chance(0.03) ? .roleChanged : .closed
        if outcome == .closed, random.chance(style(of: owner).followsUp) {
            recordObservation(place, owner: owner)
            if let metric = gap.metric { recordMeasurement(gap, metric, owner: owner) }
        }
        gaps[place].isOpen = false
        openGap[gap.person] = nil
        emit("/performance", .gapClosed(GapClosed(gap: gap.id, outcome: outcome, by: id(owner))))
        schedule(
            .identifyGap(person: gap.person, isNeglected: false), in: random.int(in: style(of: owner).gapEvery))
    }

    /// A gap has reached the leader above the manager, who sees to it or does not.
    mutating func climb(_ place: Int) {
        let gap = gaps[place]
        guard gap.isOpen, let owner = owner(of: gap.person), let leader = self.owner(of: owner) else { return }
        if random.chance(style(of: leader).answersClimb) {
            action(gap, by: leader, .coaching, .taken)
            schedule(.close(gap: place), in: random.int(in: 5...25))
        } else {
            schedule(.climb(gap: place), in: 90)
        }
    }
}
