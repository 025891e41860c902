import Accountability
import Models
import Support
import Testing

/// An explanation holds for any events whatsoever.
@Suite struct ExplanationTests {
    private static let seeds = Array(UInt64(1)...60)
    private static let fewSeeds = Array(UInt64(1)...16)
    private static let today = RandomOrganization.today

    @Test(arguments: seeds)
    func `the listed trials of every measure add up to what its manager is scored by, exactly`(seed: UInt64) {
        let events = RandomOrganization(seed: seed).events
        let assessment = Assessment(events: events, asOf: Self.today, policy: .standard)
        let naive = NaiveModel(assessment.inForce.sorted(by: Event.precedes), today: Self.today)
        for (manager, sums) in naive.sums {
            #expect(Self.sums(Self.trials(assessment, manager)) == sums)
        }
        let report = Scoring.report(events: events, asOf: Self.today, policy: .standard)
        #expect(Set(report.managers.keys) == Set(naive.sums.keys))
        for (manager, row) in report.managers {
            #expect(assessment.side(of: manager, Self.trials(assessment, manager)).score == row)
        }
    }

    @Test(arguments: seeds)
    func `no two trials of a manager have the same key`(seed: UInt64) {
        let assessment = Assessment(events: RandomOrganization(seed: seed).events, asOf: Self.today, policy: .standard)
        for manager in assessment.organization.people {
            let trials = Self.trials(assessment, manager)
            #expect(Set(trials.map(\.key)).count == trials.count)
        }
    }

    @Test(arguments: fewSeeds)
    func `a trial's influence is the score minus the score of all the others`(seed: UInt64) throws {
        let assessment = Assessment(events: RandomOrganization(seed: seed).events, asOf: Self.today, policy: .standard)
        let posterior = NaivePosterior(policy: .standard)
        for manager in assessment.organization.people {
            let trials = Self.trials(assessment, manager)
            var influence = Influence(on: manager, trials, assessment)
            let score = posterior.score(Self.sums(trials))
            for (index, trial) in trials.enumerated() where !trial.isPending {
                var others = trials
                others.remove(at: index)
                let without = posterior.score(Self.sums(others))
                Self.expectEqual(influence.of(trial), Self.difference(score, without))
                #expect(influence.outlook(of: trial) == nil)
            }
            for trial in trials where trial.isPending {
                #expect(influence.of(trial) == nil)
                let found = influence.outlook(of: trial)
                let outlook = try #require(found)
                var sums = Self.sums(trials)
                sums[trial.measure, default: NaiveModel.Sum()].n += .one
                Self.expectEqual(outlook.ifMissed, Self.difference(posterior.score(sums), score))
                sums[trial.measure, default: NaiveModel.Sum()].s += .one
                Self.expectEqual(outlook.ifMet, Self.difference(posterior.score(sums), score))
            }
        }
    }

    @Test(arguments: seeds)
    func `the points of the measures add up to the score`(seed: UInt64) {
        let report = Scoring.report(events: RandomOrganization(seed: seed).events, asOf: Self.today, policy: .standard)
        for row in report.managers.values {
            let points = row.points(policy: .standard)
            guard let score = row.score else {
                #expect(points.isEmpty)
                continue
            }
            Self.expectEqual(points.values.reduce(0) { $0 + $1.points }, score)
            Self.expectEqual(points.values.reduce(0) { $0 + $1.possible }, 100)
            let heaviest = row.heaviest(3, policy: .standard)
            let losses = points.values.map(\.lost).sorted(by: >)
            #expect(heaviest.compactMap { points[$0]?.lost } == Array(losses.prefix(3)))
        }
    }

    @Test(arguments: seeds)
    func `adding the difference to one day's trials gives the other day's, exactly`(seed: UInt64) {
        var random = SplitMix(seed: seed)
        let events = RandomOrganization(seed: seed).events
        let from = Assessment(
            events: events, asOf: Self.today - Int.random(in: 1...120, using: &random), policy: .standard)
        let to = Assessment(events: events, asOf: Self.today, policy: .standard)
        Self.expectExact(from, to)
    }

    @Test(arguments: seeds)
    func `adding the difference to one policy's trials gives the other policy's, exactly`(seed: UInt64) {
        var policy = Policy.standard
        policy.version = 2
        policy.window = 60
        policy.cadence = 21
        policy.actionDue = 7
        policy.unverifiedCredit = 0
        policy.kappa = 4
        let events = RandomOrganization(seed: seed).events
        let from = Assessment(events: events, asOf: Self.today, policy: .standard)
        let to = Assessment(events: events, asOf: Self.today - 3, policy: policy)
        Self.expectExact(from, to)
    }

    @Test func `of two kinds of changes each has its Shapley value as share, alike ones in equal parts`() {
        let posterior = NaivePosterior(policy: .standard)
        var found = 0
        for seed in Self.seeds {
            let events = RandomOrganization(seed: seed).events
            let to = Assessment(events: events, asOf: Self.today, policy: .standard)
            let from = Assessment(events: events, asOf: Self.today - 1, policy: .standard)
            for difference in from.differences(to: to, of: Set(to.organization.people)) {
                let effective = difference.changes.filter { $0.n != .zero || $0.s != .zero }
                let kinds = Dictionary(grouping: effective) { Kind(measure: $0.trial?.measure, n: $0.n, s: $0.s) }
                guard difference.change != nil, kinds.count == 2 else { continue }
                found += 1
                let start = Self.sums(Self.trials(from, difference.manager))
                for (kind, changes) in kinds {
                    let others = effective.filter { Kind(measure: $0.trial?.measure, n: $0.n, s: $0.s) != kind }
                    let first = posterior.estimate(Self.adding(changes, to: start)) - posterior.estimate(start)
                    let second =
                        posterior.estimate(Self.adding(effective, to: start))
                        - posterior.estimate(Self.adding(others, to: start))
                    for change in changes {
                        Self.expectEqual(change.share, (first + second) / 2 / Double(changes.count))
                    }
                }
            }
        }
        #expect(found >= 10, "\(found) differences of two kinds")
    }

    @Test func `of a day and itself nothing differs`() {
        let assessment = Assessment(events: RandomOrganization(seed: 5).events, asOf: Self.today, policy: .standard)
        for difference in assessment.differences(to: assessment, of: Set(assessment.organization.people)) {
            #expect(difference.changes.isEmpty)
            #expect(difference.change ?? 0 == 0)
            #expect(difference.policyShare == nil)
        }
    }

    @Test(arguments: fewSeeds)
    func `a next step is worth what scoring gives when it happens`(seed: UInt64) throws {
        let events = RandomOrganization(seed: seed, events: 220).events
        let assessment = Assessment(events: events, asOf: Self.today, policy: .standard)
        let later = Self.today + 13
        // What is known to come counts for neither: only what happened up to today, and the step.
        let inForce = assessment.inForce
        for manager in assessment.organization.people {
            let trials = Self.trials(assessment, manager)
            let steps = assessment.nextSteps(for: manager, trials, limit: 100)
            for step in steps where step.kind != .clarify {
                let imagined = Self.events(of: step, by: manager, inForce)
                for (day, worth) in [(Self.today, step.today), (later, step.ahead)] {
                    let before = Scoring.report(events: inForce, asOf: day, policy: .standard)
                    let after = Scoring.report(events: inForce + imagined, asOf: day, policy: .standard)
                    Self.expectEqual(worth.score, after.managers[manager]?.score)
                    Self.expectEqual(
                        worth.change,
                        Self.difference(after.managers[manager]?.score, before.managers[manager]?.score))
                }
                #expect(max(step.today.change ?? 0, step.ahead.change ?? 0) > 0)
            }
            #expect(steps.map(\.ahead.change).compactMap(\.self) == steps.compactMap(\.ahead.change).sorted(by: >))
        }
    }
}

extension ExplanationTests {
    private struct Kind: Hashable {
        let measure: Measure?
        let n: Fraction
        let s: Fraction
    }

    private static func adding(
        _ changes: [TrialChange], to start: [Measure: NaiveModel.Sum]
    ) -> [Measure: NaiveModel.Sum] {
        var sums = start
        for change in changes {
            guard let measure = change.trial?.measure else { continue }
            sums[measure, default: NaiveModel.Sum()].n += change.n
            sums[measure, default: NaiveModel.Sum()].s += change.s
        }
        return sums
    }

    private static func trials(_ assessment: Assessment, _ manager: PersonID) -> [Trial] {
        assessment.trials(of: [manager])[manager] ?? []
    }

    private static func sums(_ trials: [Trial]) -> [Measure: NaiveModel.Sum] {
        var sums: [Measure: NaiveModel.Sum] = [:]
        for trial in trials where !trial.isPending {
            sums[trial.measure, default: NaiveModel.Sum()].n += trial.n
            sums[trial.measure, default: NaiveModel.Sum()].s += trial.s
        }
        return sums
    }

    private static func expectExact(_ from: Assessment, _ to: Assessment) {
        let people = Set(from.organization.people).union(to.organization.people)
        for difference in from.differences(to: to, of: people) {
            var sums = sums(trials(from, difference.manager))
            for change in difference.changes {
                guard let measure = change.trial?.measure, change.n != .zero || change.s != .zero else { continue }
                sums[measure, default: NaiveModel.Sum()].n += change.n
                sums[measure, default: NaiveModel.Sum()].s += change.s
            }
            #expect(sums.filter { $0.value.n != .zero } == self.sums(trials(to, difference.manager)))
            #expect(sums.allSatisfy { $0.value.n != .zero || $0.value.s == .zero })
            expectEqual(
                difference.change,
                difference.change == nil
                    ? nil
                    : difference.changes.reduce(difference.policyShare ?? 0) { $0 + ($1.share ?? 0) })
            if difference.change == nil { #expect(difference.changes.allSatisfy { $0.share == nil }) }
        }
    }

    private static func events(of step: NextStep, by manager: PersonID, _ inForce: [Event]) -> [Event] {
        let payloads: [Payload]
        switch (step.kind, step.gap) {
        case (.coach, _):
            payloads = [
                .coachingHeld(
                    CoachingHeld(
                        person: step.person, by: .coach(manager), context: CoachingContext(kind: .other),
                        observed: true))
            ]
        case (.act, let gap?):
            payloads = [.gapAction(GapAction(gap: gap, by: manager, kind: .process, stage: .taken))]
        case (.close, let gap?):
            payloads = [
                .behaviourObserved(BehaviourObserved(gap: gap, observer: step.person, level: 4)),
                .gapClosed(GapClosed(gap: gap, outcome: .closed)),
            ]
        case (.reachTarget, let gap?):
            let target = inForce.sorted(by: Event.precedes).lazy.compactMap { event -> Double? in
                if case .gapIdentified(let data) = event.payload, data.gap == gap { data.metric?.target } else { nil }
            }.first
            payloads = [.outcomeMeasured(OutcomeMeasured(gap: gap, value: target ?? 0))]
        default: payloads = []
        }
        return payloads.enumerated().map { number, payload in
            Event(
                identity: EventIdentity(source: "/zz", id: "\(number)"),
                time: Instant(startOf: today).adding(seconds: 86_000), payload: payload)
        }
    }

    private static func difference(_ left: Double?, _ right: Double?) -> Double? {
        guard let left, let right else { return nil }
        return left - right
    }

    private static func expectEqual(
        _ left: Double?, _ right: Double?, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        guard let left, let right else {
            #expect(left == nil && right == nil, sourceLocation: sourceLocation)
            return
        }
        #expect((left - right).magnitude < 1e-9, sourceLocation: sourceLocation)
    }
}
