import Accountability
import Models
import Support
import Testing

/// What holds for any events whatsoever.
@Suite struct PropertyTests {
    private static let seeds = Array(UInt64(1)...120)
    /// For the naive model, which is slow.
    private static let fewSeeds = Array(UInt64(1)...40)

    @Test(arguments: seeds)
    func `a unit computed from its own facts gives what it gives among all`(seed: UInt64) {
        let events = RandomOrganization(seed: seed).events
        let state = State(events)
        for person in state.index.everybody(in: state.scorer.organization) {
            // Only what the documentation asks for: the rows that a database would find for one unit.
            let facts = Facts(events)
            let own = state.inForce.filter { facts.concerns($0, person) }
            #expect(state.scorer.score(UnitFacts(person: person, events: own)) == state.results[person])
        }
    }

    @Test(arguments: seeds)
    func `what an event changes is within its touch, and sums follow by difference`(seed: UInt64) throws {
        var organization = RandomOrganization(seed: seed)
        var state = State(organization.events)
        for _ in 0..<12 {
            organization.addOne()
            let next = State(organization.events)
            let event = try #require(organization.events.last)
            let changed = state.changedUnits(next)
            let facts = Facts(organization.events)
            var touch = Touch(event) { identity in organization.events.first { $0.identity == identity } }
            var updated = state.scorer.organization
            let change = updated.update(from: state.inForce, to: next.inForce)
            touch.formUnion(change.touch(in: updated))
            let units = facts.units(touch).union(facts.climbers(change, updated))
            #expect(changed.isSubset(of: units), "\(event)")
            for unit in changed {
                for (manager, old) in state.results[unit]?.contributions ?? [:] { state.tally[manager]? -= old }
                for (manager, new) in next.results[unit]?.contributions ?? [:] {
                    state.tally[manager, default: Contribution()] += new
                }
            }
            #expect(state.tally.filter { !$0.value.isEmpty } == next.tally)
            state = next
        }
    }

    @Test(arguments: fewSeeds)
    func `an organisation updated again and again gives what one built anew gives`(seed: UInt64) {
        var organization = RandomOrganization(seed: seed)
        var state = State(organization.events)
        var updated = state.scorer.organization
        for _ in 0..<20 {
            organization.addOne()
            let next = State(organization.events)
            _ = updated.update(from: state.inForce, to: next.inForce)
            let same = State(next, organization: updated)
            #expect(next.changedUnits(same).isEmpty)
            #expect(same.tally == next.tally)
            state = next
        }
    }

    @Test(arguments: fewSeeds)
    func `what a change of the organisation alone can change is within its touch, and little else`(seed: UInt64) {
        var organization = RandomOrganization(seed: seed)
        var state = State(organization.events)
        for _ in 0..<12 {
            organization.addOne()
            let next = State(organization.events)
            // The same facts under the other organisation: only the organisation differs.
            let under = State(state, organization: next.scorer.organization)
            var updated = state.scorer.organization
            let change = updated.update(from: state.inForce, to: next.inForce)
            let facts = Facts(organization.events)
            let units = facts.units(change.touch(in: updated)).union(facts.climbers(change, updated))
            #expect(state.changedUnits(under).isSubset(of: units))
            if change.isEmpty { #expect(units.isEmpty) }
            state = next
        }
    }

    @Test(arguments: seeds)
    func `the trials of a unit add up to its contributions`(seed: UInt64) {
        let state = State(RandomOrganization(seed: seed).events)
        for person in state.index.everybody(in: state.scorer.organization) {
            let unit = state.index.facts(of: person)
            let result = state.scorer.score(unit)
            let trials = state.scorer.trials(unit)
            expectTrials(trials, addUpTo: result.contributions, policy: .standard)
            let pending = trials.filter { $0.state != .counted }
            #expect(pending.map(\.gap) == result.pending.map(\.gap))
        }
    }

    @Test(arguments: fewSeeds)
    func `the model day by day and event by event gives the same trials and credits`(seed: UInt64) {
        let state = State(RandomOrganization(seed: seed).events)
        let naive = NaiveModel(
            state.inForce.sorted(by: Event.precedes), today: RandomOrganization.today)
        let sums = state.tally.mapValues { tally in
            Dictionary(
                uniqueKeysWithValues: Measure.allCases.filter { tally.applies($0) }.map { measure in
                    let n = tally.trials(of: measure, policy: .standard)
                    return (measure, NaiveModel.Sum(n: n, s: tally.credit(of: measure, policy: .standard)))
                })
        }
        #expect(sums == naive.sums)
    }

    @Test(arguments: seeds)
    func `encoded contributions read back as they were`(seed: UInt64) {
        let state = State(RandomOrganization(seed: seed).events)
        for result in state.results.values {
            for contribution in result.contributions.values {
                #expect(Contribution(encoded: contribution.encoded) == contribution)
                let negative = Contribution() - contribution
                #expect(Contribution(encoded: negative.encoded) == negative)
            }
            for contribution in result.programmes.values {
                #expect(ProgrammeContribution(encoded: contribution.encoded) == contribution)
            }
        }
    }

    @Test func `what is damaged reads as nothing`() {
        let state = State(RandomOrganization(seed: 3).events)
        for contribution in state.tally.values {
            for length in 0..<contribution.encoded.count {
                #expect(Contribution(encoded: Array(contribution.encoded.prefix(length))) == nil)
            }
            #expect(Contribution(encoded: contribution.encoded + [0]) == nil)
        }
        #expect(ProgrammeContribution(encoded: [0, 0]) == nil)
    }

    @Test(arguments: seeds)
    func `any order of arrival gives the same report`(seed: UInt64) {
        let events = RandomOrganization(seed: seed).events
        var random = SplitMix(seed: seed)
        let report = Scoring.report(events: events, asOf: RandomOrganization.today, policy: .standard)
        let shuffled = (events + events.prefix(40)).shuffled(using: &random)
        #expect(Scoring.report(events: shuffled, asOf: RandomOrganization.today, policy: .standard) == report)
    }
}

/// Everything about a set of events at the scored day.
private struct State {
    let inForce: [Event]
    let scorer: UnitScorer
    let index: UnitIndex
    let results: [PersonID: UnitResult]
    var tally: [PersonID: Contribution] = [:]

    init(_ events: [Event]) {
        let inForce = Corrections.inForce(events, asOf: RandomOrganization.today)
        self.init(inForce: inForce, Organization(events: inForce, asOf: RandomOrganization.today))
    }

    init(_ other: State, organization: Organization) {
        self.init(inForce: other.inForce, organization)
    }

    private init(inForce: [Event], _ organization: Organization) {
        self.inForce = inForce
        let scorer = UnitScorer(organization: organization, policy: .standard)
        let index = UnitIndex(inForce)
        self.scorer = scorer
        self.index = index
        let people = index.everybody(in: organization)
        results = Dictionary(uniqueKeysWithValues: people.map { ($0, scorer.score(index.facts(of: $0))) })
        for result in results.values {
            for (manager, contribution) in result.contributions {
                tally[manager, default: Contribution()] += contribution
            }
        }
    }

    func changedUnits(_ other: State) -> Set<PersonID> {
        let people = Set(results.keys).union(other.results.keys)
        return people.filter { (results[$0] ?? UnitResult()) != (other.results[$0] ?? UnitResult()) }
    }
}

/// The look-ups that a database of facts, in force or not, answers.
private struct Facts {
    private var identified: [GapID: Set<PersonID>] = [:]
    private var requesters: [GapID: Set<PersonID>] = [:]
    private var identifications: [(person: PersonID, day: Day)] = []

    init(_ events: [Event]) {
        for event in events {
            switch event.payload {
            case .gapIdentified(let data):
                identified[data.gap, default: []].insert(data.person)
                identifications.append((data.person, event.day))
            case .trainingRequested(let data):
                if let gap = data.gap { requesters[gap, default: []].insert(data.requestedBy) }
            default: break
            }
        }
    }

    /// Whose gaps climbed through a change, of all that were ever identified.
    func climbers(_ change: OrganizationChange, _ organization: Organization) -> Set<PersonID> {
        let policy = Policy.standard
        let days = change.climbDays(in: organization, policy: policy)
        let below = change.peopleBelow(in: organization, limit: .max) ?? []
        var people: Set<PersonID> = []
        for (person, identified) in identifications
        where change.isClimbed(by: person, identified: identified, in: organization, policy: policy) {
            people.insert(person)
            // Both ways of asking a database find it.
            #expect(below.contains(person))
            let climbs = stride(from: identified.number, through: organization.asOf.number, by: policy.climbEvery)
            #expect(climbs.contains { day in days.contains { $0.contains(Day(number: day)) } })
        }
        return people
    }

    func units(_ touch: Touch) -> Set<PersonID> {
        touch.units(
            identified: { identified[$0] ?? [] }, requesters: { requesters[$0] ?? [] },
            requestedGaps: { person in requesters.filter { $0.value.contains(person) }.keys })
    }

    /// Whether ``UnitFacts/init(person:events:)`` asks for the event.
    func concerns(_ event: Event, _ person: PersonID) -> Bool {
        if event.payload.person == person { return true }
        if case .trainingRequested(let data) = event.payload, data.requestedBy == person { return true }
        guard let gap = event.payload.gap else { return false }
        if event.payload.person == nil || event.type == .gapIdentified, identified[gap]?.contains(person) == true {
            return true
        }
        return event.type == .gapIdentified && requesters[gap]?.contains(person) == true
    }
}

extension Organization {
    /// Brings the organisation from some events in force to others.
    fileprivate mutating func update(from old: [Event], to new: [Event]) -> OrganizationChange {
        let before = Dictionary(grouping: old, by: Topic.init)
        let after = Dictionary(grouping: new, by: Topic.init)
        var people: [PersonID: [Event]] = [:]
        var roles: [RoleID: [Event]] = [:]
        for topic in Set(before.keys).union(after.keys) {
            guard Set((before[topic] ?? []).map(\.identity)) != Set((after[topic] ?? []).map(\.identity)) else {
                continue
            }
            switch topic {
            case .person(let person): people[person] = after[topic] ?? []
            case .role(let role): roles[role] = after[topic] ?? []
            case .none: break
            }
        }
        return update(people: people, roles: roles, asOf: asOf)
    }

    private enum Topic: Hashable {
        case person(PersonID)
        case role(RoleID)
        case none

        init(_ event: Event) {
            switch event.payload {
            case .personUpdated(let data): self = .person(data.person)
            case .absenceRecorded(let data): self = .person(data.person)
            case .roleDefined(let data): self = .role(data.role)
            default: self = .none
            }
        }
    }
}
