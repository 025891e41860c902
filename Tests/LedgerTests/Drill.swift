import Accountability
import Ledger
import Models
import Postgres
import Support
import Testing

/// Drives a random organisation through a random course of arrivals, duplicates, restarts, days and a new policy, and
/// compares all that is kept with a computation from scratch after every step.
struct Drill {
    let scored: ScoredOrganization
    private var random: SplitMix
    private var worker: ScoringWorker
    /// Not sent yet.
    private var rest: ArraySlice<Event>
    private var sent: [Event] = []

    /// The day on which a drill ends; it begins some days before.
    static let lastDay = GoldenScoringTests.second
    static let days = 6
    /// Holds from the second day on. Gaps climb often, so that what a leader's move bears on is seen.
    static let newPolicy = {
        var policy = Policy.standard
        policy.version = 2
        policy.window = 75
        policy.cadence = 10
        policy.clarityGrace = 30
        policy.actionDue = 20
        policy.closureDue = 60
        policy.climbEvery = 12
        policy.chainDue = 7
        policy.complementDays = 14
        policy.programmeWindow = 120
        policy.weights[.chain] = 5
        return policy
    }()
    private static let newPolicyFrom = lastDay - 5

    init(_ scored: ScoredOrganization, seed: UInt64, events: Int) {
        self.scored = scored
        random = SplitMix(seed: seed)
        worker = scored.worker()
        // Of every other one a turn reads most units in bulk.
        rest =
            RandomOrganization(
                seed: seed, today: Self.lastDay, events: events, isOrderly: seed % 2 == 0, hasNews: true
            ).events[...]
        scored.today = Self.lastDay - Self.days
    }

    /// - Returns: the first differences found; none where everything was right after every step.
    mutating func run() async throws -> [String] {
        // Nobody but a test can store one that begins in the past.
        _ = try await scored.database.pool.execute(
            "INSERT INTO onus.policy (organization_id, version, valid_from, body) VALUES ($1, $2, $3, $4)",
            [
                .int4(scored.organization.rawValue), .int4(Int32(Self.newPolicy.version)),
                .date(DateValue(daysSince1970: Int32(Self.newPolicyFrom.number))),
                .jsonb(Self.newPolicy.json.serialized),
            ])
        try await scored.drain(worker)
        while !rest.isEmpty || scored.today < Self.lastDay {
            let before = try await announced()
            let first = scored.today
            let what = try await step()
            let found = try await differences(before, since: first, arrived: what.arrived, isWhole: what.isWhole)
            if !found.isEmpty { return ["after \(sent.count) events, \(what.name): \(found.prefix(3))"] }
        }
        return []
    }

    private struct Step {
        let name: String
        var arrived: [Event] = []
        /// Whether everything was computed from one state, so that notices follow from what is there now.
        var isWhole = true
    }

    private mutating func step() async throws -> Step {
        switch Int.random(in: 0..<20, using: &random) {
        case 0..<9:
            let events = take(Int.random(in: 1...3, using: &random))
            try await scored.append(events)
            try await scored.drain(worker)
            return Step(name: "events \(events.map(\.type))", arrived: events)
        case 9..<11:
            // A backlog, with duplicates, in small batches: marks, which are computed when no more of it comes.
            let events = take(20)
            let again = sent.shuffled(using: &random).prefix(5)
            worker = scored.worker(
                batch: 7, bulk: 7, quiet: .milliseconds(200), slice: Int.random(in: 1...12, using: &random))
            try await scored.append((events + again).shuffled(using: &random))
            try await scored.drain(worker)
            return Step(name: "a backlog", arrived: events)
        case 11..<13:
            worker = newWorker()
            let events = take(2)
            try await scored.append(events)
            try await scored.drain(worker)
            return Step(name: "a new worker", arrived: events, isWhole: false)
        case 13..<15:
            // Two at once, one of them with what it remembers of before.
            let other = newWorker()
            let events = take(8)
            try await scored.append(events)
            async let one = scored.drain(worker)
            async let two = scored.drain(other)
            _ = try await (one, two)
            try await scored.drain(worker)
            return Step(name: "two workers", arrived: events, isWhole: false)
        case 15..<18 where scored.today < Self.lastDay:
            scored.today = scored.today + 1
            try await scored.drain(worker)
            return Step(name: "a day's turn")
        default:
            return try await interruptedTurn()
        }
    }

    /// A day turns in small slices, events come in between, and the worker is another one half-way.
    private mutating func interruptedTurn() async throws -> Step {
        if scored.today < Self.lastDay { scored.today = scored.today + 1 }
        worker = newWorker(slice: 2)
        var arrived: [Event] = []
        for _ in 0..<Int.random(in: 1...12, using: &random) {
            if Bool.random(using: &random) {
                let events = take(1)
                try await scored.append(events)
                arrived += events
            }
            if Int.random(in: 0..<6, using: &random) == 0 { worker = newWorker(slice: 3) }
            _ = try await worker.step()
        }
        try await scored.drain(worker)
        return Step(name: "a turn with events in between", arrived: arrived, isWhole: false)
    }

    private mutating func newWorker(batch: Int? = nil, slice: Int? = nil) -> ScoringWorker {
        let slice = slice ?? Int.random(in: 1...12, using: &random)
        return scored.worker(batch: batch ?? Int.random(in: 1...40, using: &random), bulk: 15, slice: slice)
    }

    private mutating func take(_ count: Int) -> [Event] {
        let taken = Array(rest.prefix(count))
        rest = rest.dropFirst(count)
        sent += taken
        return taken
    }

    private func differences(
        _ before: Set<String>, since first: Day, arrived: [Event], isWhole: Bool
    ) async throws -> [String] {
        let found = try await Verification(log: scored.log).run(scored.organization)
        if !found.isEmpty { return found.map { "\($0)" } }
        let now = try await announced()
        // What is there says what must have been announced: on the days since, and all that is due today.
        let days = min(first + 1, scored.today)...scored.today
        let news = Set(arrived.map(\.identity))
        let due = situations(days, arrived: isWhole ? news : [])
        let contests = contests(days, since: first, arrived: news, isWhole: isWhole)
        let missing = due.union(contests.due).subtracting(now).map { "not announced: \($0)" }
        guard isWhole else { return missing }
        let surplus = now.subtracting(before).subtracting(due.union(contests.possible))
        return missing + surplus.map { "announced without cause: \($0)" }
    }

    /// The keys of what contests must have announced, and of what they may have announced.
    ///
    /// Whom they are announced to, besides HR, is judged once: as the organisation is when a contest and its event have
    /// both arrived, and the contest's day has come.
    private func contests(
        _ days: ClosedRange<Day>, since first: Day, arrived: Set<EventIdentity>, isWhole: Bool
    ) -> (due: Set<String>, possible: Set<String>) {
        let inForce = Corrections.inForce(sent, asOf: scored.today)
        let scorer = UnitScorer(organization: Organization(events: inForce, asOf: scored.today), policy: .standard)
        let index = UnitIndex(inForce)
        let byIdentity = Dictionary(sent.map { ($0.identity, $0) }) { first, _ in first }
        var due: Set<String> = []
        var possible: Set<String> = []
        for contest in inForce {
            guard case .evidenceContested(let data) = contest.payload, let target = byIdentity[data.event] else {
                continue
            }
            let isNew = arrived.contains(contest.identity) || arrived.contains(target.identity)
            guard isNew || days.contains(contest.day) else { continue }
            var unit = target.payload.person ?? target.payload.gap.flatMap { index.person(of: $0) }
            if unit == nil, case .trainingRequested(let request) = target.payload { unit = request.requestedBy }
            for situation in scorer.contested(contest, target: target, unit: unit) {
                possible.insert(situation.key)
                let isJudgedNow = isWhole && (isNew || contest.day > first)
                if situation.recipient == .humanResources || isJudgedNow { due.insert(situation.key) }
            }
        }
        return (due, possible)
    }

    /// The keys of all situations that units show, computed from scratch.
    private func situations(_ days: ClosedRange<Day>, arrived: Set<EventIdentity>) -> Set<String> {
        let inForce = Corrections.inForce(sent, asOf: scored.today)
        let organization = Organization(events: inForce, asOf: scored.today)
        let policy = scored.today < Self.newPolicyFrom ? .standard : Self.newPolicy
        let scorer = UnitScorer(organization: organization, policy: policy)
        let index = UnitIndex(inForce)
        return Set(
            index.everybody(in: organization).flatMap { person in
                scorer.situations(of: index.facts(of: person), days: days, arrived: arrived).map(\.key)
            })
    }

    /// The keys of what was announced about units and contests: not of what a whole turn shows.
    private func announced() async throws -> Set<String> {
        let rows = try await scored.database.pool.query(
            """
            SELECT key FROM notice.notice
            WHERE kind NOT IN ('score_outsourced', 'programme_unlinked')
            """)
        return Set(try rows.map { try $0.text(0) })
    }
}
