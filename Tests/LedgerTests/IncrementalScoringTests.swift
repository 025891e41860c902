import Accountability
import Ledger
import Models
import Support
import Testing

/// Whatever arrives in whatever order: what is kept by difference is what the model gives from scratch.
@Suite(.timeLimit(.minutes(10))) struct IncrementalScoringTests {
    @Test(arguments: 1...6)
    func `after every arrival the stored scores are those of all events`(_ seed: Int) async throws {
        let today = GoldenScoringTests.second
        try await ScoredOrganization.with(today: today) { scored in
            let random = RandomOrganization(seed: UInt64(seed), today: today, events: 150)
            let worker = scored.worker()
            try await scored.drain(worker)
            var sent: [ValidatedEvent] = []
            var rest = random.events[...]
            while !rest.isEmpty {
                let arrivals = rest.prefix(sent.count % 3 == 0 ? 1 : 4).map { ValidatedEvent($0) }
                rest = rest.dropFirst(arrivals.count)
                sent += arrivals
                try await scored.append(arrivals)
                try await scored.drain(worker)
                let found = try await scored.differences(from: sent)
                let count = found.count
                #expect(count == 0, "after \(sent.count) events, \(arrivals.map(\.event.type)): \(found.prefix(3))")
                if count > 0 { return }
            }
        }
    }

    @Test(arguments: 1...3)
    func `day after day the stored scores are those of all events`(_ seed: Int) async throws {
        let today = GoldenScoringTests.second
        try await ScoredOrganization.with(today: today - 12) { scored in
            let random = RandomOrganization(seed: UInt64(100 + seed), today: today, events: 200)
            let worker = scored.worker(batch: 30)
            var sent: [ValidatedEvent] = []
            for (day, slice) in stride(from: 0, to: random.events.count, by: 20).enumerated() {
                scored.today = today - 12 + day
                let arrivals = random.events[slice..<min(slice + 20, random.events.count)].map { ValidatedEvent($0) }
                sent += arrivals
                try await scored.append(arrivals)
                try await scored.drain(worker)
                let found = try await scored.differences(from: sent)
                let count = found.count
                #expect(count == 0, "on \(scored.today): \(found.prefix(3))")
            }
        }
    }

    /// Few people are looked up one by one, many by the days on which gaps climb.
    @Test(arguments: [1, 220])
    func `a gap that climbs past a leader who moves, or is away, counts for whom it climbs to now`(
        _ people: Int
    ) async throws {
        let today = GoldenScoringTests.second
        try await ScoredOrganization.with(today: today) { scored in
            var builder = EventBuilder()
            let start = today - 400
            var events = [builder.person("top", from: start)]
            for leader in ["n1", "n2"] { events.append(builder.person(leader, from: start, manager: "top")) }
            events.append(builder.person("m", from: start, manager: "n1"))
            for index in 0..<people { events.append(builder.person("p\(index)", from: start, manager: "m")) }
            // It climbs once, after 90 days, and is due 30 days later.
            events.append(builder.gap("g", of: "p0", on: today - 125))
            let worker = scored.worker()
            try await scored.append(events)
            try await scored.drain(worker)
            func climbedTo(_ leader: String) async throws -> Int {
                try await scored.count("score.contribution WHERE unit = 'p0' AND subject = '\(leader)'")
            }
            #expect(try await climbedTo("n1") == 1)
            #expect(try await climbedTo("n2") == 0)
            // Nothing of the person's own has changed, nor of their manager's people.
            try await scored.append([builder.person("m", from: today - 150, manager: "n2")])
            try await scored.drain(worker)
            #expect(try await climbedTo("n1") == 0)
            #expect(try await climbedTo("n2") == 1)
            #expect(try await Verification(log: scored.log).run(scored.organization) == [])
            try await scored.append([
                builder.event(
                    today - 31,
                    .absenceRecorded(
                        AbsenceRecorded(person: PersonID(unchecked: "n2"), from: today - 30, to: today - 1)))
            ])
            try await scored.drain(worker)
            #expect(try await Verification(log: scored.log).run(scored.organization) == [])
        }
    }

    @Test func `an organisation of many chunks that is turned over again and again keeps its sums`() async throws {
        let today = GoldenScoringTests.second
        try await ScoredOrganization.with(today: today) { scored in
            var random = SplitMix(seed: 3)
            var builder = EventBuilder()
            let worker = scored.worker(batch: 500)
            try await scored.drain(worker)
            let verification = Verification(log: scored.log)
            for round in 0..<5 {
                var events: [Event] = []
                for _ in 0..<(round == 2 ? 700 : 300) {
                    let person = "p\(Int.random(in: 0..<900, using: &random))"
                    let manager = "p\(Int.random(in: 0..<9, using: &random))"
                    let from = today - Int.random(in: 0..<200, using: &random)
                    events.append(builder.person(person, from: from, manager: manager))
                }
                try await scored.append(events)
                try await scored.drain(worker)
                let found = try await verification.run(scored.organization).count
                #expect(found == 0, "round \(round)")
            }
        }
    }

    @Test func `a step costs the units it touches, whatever the manager's span`() async throws {
        let today = GoldenScoringTests.second
        try await ScoredOrganization.with(today: today) { scored in
            var builder = EventBuilder()
            var events = [builder.person("m", from: today - 100)]
            for index in 0..<60 {
                events.append(builder.person("p\(index)", from: today - 100, manager: "m"))
            }
            let worker = scored.worker()
            try await scored.append(events)
            try await scored.drain(worker)
            try await scored.append([builder.coaching("p7", by: "m", on: today - 1)])
            #expect(try await units(worker.step()) == 1)
            // A new name touches nobody's score; a new manager touches the one who moves.
            try await scored.append([builder.person("p8", from: today - 50, manager: "m")])
            #expect(try await units(worker.step()) == 0)
        }
    }

    @Test func `what bears on more than a slice is computed in slices, with other events in between`() async throws {
        let today = GoldenScoringTests.second
        try await ScoredOrganization.with(today: today) { scored in
            var builder = EventBuilder()
            let role = RoleID(unchecked: "r")
            var events = [builder.person("m", from: today - 100)]
            for index in 0..<30 {
                let (person, manager) = (PersonID(unchecked: "p\(index)"), PersonID(unchecked: "m"))
                let assignment = PersonUpdated(
                    person: person, effectiveFrom: today - 100, active: true, manager: manager, role: role)
                events.append(builder.event(today - 100, .personUpdated(assignment)))
                let acknowledged = ExpectationAcknowledged(person: person, role: role)
                events.append(builder.event(today - 1, .expectationAcknowledged(acknowledged)))
            }
            let worker = scored.worker(slice: 8)
            try await scored.append(events)
            try await scored.drain(worker)
            let expectation = Expectation(id: ExpectationID(unchecked: "x"), statement: "s")
            let defined = RoleDefined(role: role, effectiveFrom: today - 90, expectations: [expectation])
            events.append(builder.event(today - 1, .roleDefined(defined)))
            try await scored.append([events[events.count - 1]])
            _ = try await worker.step()
            #expect(try await scored.count("score.turn") == 1)
            events.append(builder.coaching("p7", by: "m", on: today - 1))
            try await scored.append([events[events.count - 1]])
            _ = try await worker.step()
            // It is a fact, and others of the role still wait.
            #expect(try await scored.count("facts.event") == events.count)
            #expect(try await scored.count("score.turn") == 1)
            try await scored.drain(worker)
            #expect(try await scored.differences(from: events.map { ValidatedEvent($0) }) == [])
        }
    }

    private func units(_ step: ScoringWorker.Step) -> Int? {
        guard case .worked(let work) = step else { return nil }
        return work.units
    }
}
