import Accountability
import EventLog
import Ledger
import Models
import Postgres
import Support
import Testing

@Suite struct EffectsTests {
    private static let today = Day(number: 20_500)

    /// Three dozen people in six teams, each with a gap that is observed every three weeks; every third is trained.
    private static func events() -> [Event] {
        var builder = EventBuilder()
        var events: [Event] = []
        for number in 0..<36 {
            let (person, manager, gap) = ("p\(number)", "m\(number / 6)", "g\(number)")
            let start = today - 260 + number % 5
            events.append(builder.person(person, from: start - 30, manager: manager))
            events.append(builder.person(manager, from: start - 30))
            events.append(builder.gap(gap, of: person, on: start))
            let isTrained = number % 3 == 0
            for visit in 0..<10 {
                let noise = 0.1 * Double((number * 7 + visit * 13) % 11)
                let level = 1 + 0.05 * Double(visit) + noise + (isTrained && visit > 4 ? 1.2 : 0)
                events.append(
                    builder.event(
                        start + 21 * visit,
                        .behaviourObserved(
                            BehaviourObserved(
                                gap: GapID(unchecked: gap), observer: PersonID(unchecked: manager), level: level))))
            }
            if isTrained {
                events.append(
                    builder.event(
                        start + 90,
                        .trainingCompleted(
                            TrainingCompleted(
                                person: PersonID(unchecked: person), programme: ProgrammeID(unchecked: "t"),
                                gap: GapID(unchecked: gap)))))
            }
        }
        // A gap that two claim, and completions that don't count.
        events.append(builder.gap("g1", of: "p2", on: today - 100))
        if let completion = events.last(where: { $0.type == .trainingCompleted }) {
            events.append(builder.retraction(of: completion, on: today))
        }
        return events
    }

    @Test func `the log in any order and the facts as the console's role reads them tell the same`() async throws {
        try await ScoredOrganization.with(today: Self.today) { scene in
            var random = SplitMix(seed: 1)
            let events = Self.events()
            try await scene.append(events.shuffled(using: &random))
            try await scene.drain(scene.worker())
            let fromLog = try await scene.database.pool.withConnection { connection in
                try await LogEvaluation.load(scene.organization, from: connection)
                    .effects(asOf: Self.today, policy: .standard, design: .standard)
            }
            let fromFacts = try await scene.database.pool.withConnection { connection in
                _ = try await connection.query("SET ROLE onus_console")
                let study = try await EffectsFromFacts.study(
                    scene.organization, asOf: Self.today, from: connection)
                _ = try await connection.query("RESET ROLE")
                return study
            }
            let complete = try await scene.database.pool.withConnection { connection in
                try await EffectsFromFacts.study(
                    scene.organization, asOf: Self.today, isComplete: true, from: connection)
            }
            let report = EffectsReport(fromLog)
            #expect(EffectsReport(complete).json == report.json)
            #expect(EffectsReport(fromFacts).json == report.json)
            let effect = try #require(report.programmes.first)
            #expect(effect.funnel.linked == 11, "Twelve were trained, one completion is retracted.")
            #expect(effect.behaviour.verdict == .improved)
            let nothing = try #require(report.closure.first { $0.path == .nothing })
            #expect(nothing.evidence?.gaps == 36 && nothing.closed?.value == 0)
        }
    }

    @Test func `facts that must be complete are refused where the log has more`() async throws {
        try await ScoredOrganization.with(today: Self.today) { scene in
            func study() async throws {
                try await scene.database.pool.withConnection { connection in
                    _ = try await EffectsFromFacts.study(
                        scene.organization, asOf: Self.today, isComplete: true, from: connection)
                }
            }
            await #expect(throws: BulkUnavailable.behind) { try await study() }
            try await scene.drain(scene.worker())
            try await study()
            var builder = EventBuilder()
            try await scene.append([builder.gap("g", of: "p", on: Self.today - 3)])
            await #expect(throws: BulkUnavailable.behind) { try await study() }
            try await scene.drain(scene.worker())
            try await study()
            try await scene.execute(
                "INSERT INTO score.parked VALUES (1, gen_random_uuid(), '/test', 'e1', now(), 'a test')")
            await #expect(throws: BulkUnavailable.eventsSetAside) { try await study() }
        }
    }
}
