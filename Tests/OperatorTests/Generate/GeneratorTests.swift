import Accountability
import Models
import Testing

@testable import Operator

@Suite struct GeneratorTests {
    private static let until = Day(number: 20_634)  // 2026-06-30

    private func generator(
        people: Int = 120, days: Int = 200, until: Day = until, seed: UInt64 = 7
    ) throws -> Generator {
        try Generator(people: people, days: days, until: until, seed: seed)
    }

    @Test func `the same input gives the same events, another seed others`() throws {
        let events = Array(try generator())
        #expect(events == Array(try generator()))
        #expect(events != Array(try generator(seed: 8)))
        // The bytes, too: written down once, so that no change of the generator goes unnoticed.
        #expect(Self.fingerprint(events) == 7_419_719_355_505_763_943)
    }

    /// FNV-1a over the events as they are written.
    private static func fingerprint(_ events: [Event]) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for event in events {
            for byte in event.structured.serialized.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        }
        return hash
    }

    @Test func `events come in their order, within the days, each once and valid`() throws {
        let events = Array(try generator())
        #expect(zip(events, events.dropFirst()).allSatisfy { $0.order < $1.order })
        #expect(events.first?.day == Self.until - 199)
        #expect(events.last?.day == Self.until)
        #expect(Set(events.map(\.identity)).count == events.count)
        for event in events {
            let read = try EventReader.read(try JSONParser.parse(event.structured.serialized))
            try #require(read.event == event)
        }
    }

    @Test(arguments: [(1, 1), (1, 400), (2, 30), (7, 90), (400, 1)])
    func `small organisations and short times are generated, too`(people: Int, days: Int) throws {
        let events = Array(try generator(people: people, days: days))
        #expect(events.allSatisfy { (Self.until - (days - 1)...Self.until).contains($0.day) })
        #expect(Set(events.compactMap(\.payload.person)).count <= people)
    }

    @Test func `numbers out of range are refused`() {
        #expect(throws: InvalidValue.self) { try generator(people: 0) }
        #expect(throws: InvalidValue.self) { try generator(days: 0) }
        #expect(throws: InvalidValue.self) { try generator(days: 400, until: Day.first + 399) }
    }

    @Test func `a year has about 40 events a person, of every type`() throws {
        let events = Array(try generator(people: 300, days: 365))
        let perPerson = events.count / 300
        #expect((34...46).contains(perPerson), "\(perPerson)")
        #expect(Set(events.map(\.type)) == Set(EventType.allCases))
        let personal = events.count { $0.payload.isPersonalLearning }
        #expect(personal > 100)
    }

    @Test func `spans are 5 to 12, but for thin teams and the last one`() throws {
        var random = RandomSource(seed: 3)
        let staff = Staff(people: 1_000, random: &random)
        var spans: [Int: Int] = [:]
        for member in staff.members.dropFirst() { spans[try #require(member.manager), default: 0] += 1 }
        #expect(staff.members.count == 1_000)
        #expect(spans.values.allSatisfy { (1...12).contains($0) })
        let thin = spans.values.count { $0 < 5 }
        #expect((3...40).contains(thin))
        #expect(spans[0].map { $0 >= 5 } == true)
    }

    @Test func `the model finds managers who own performance, who don't, and who can't be judged yet`() throws {
        let report = Scoring.report(
            events: Array(try generator(people: 400, days: 365)), asOf: Self.until, policy: .standard)
        Self.expectVariety(report)
        #expect(report.managers.values.contains { $0.status == .insufficient })
        #expect(report.programmes.values.contains { $0.status == .unlinked })
        #expect(report.programmes.values.contains { $0.status == .linked })
        let applied = Set(report.managers.values.flatMap(\.measures.keys))
        #expect(applied == Set(Measure.allCases))
    }

    @Test func `behaviour over a given organisation says nothing about who works where`() throws {
        let csv = try HRISFixtureTests.csv("employees_adventureworks.csv")
        let snapshot = try HRISSnapshot(csv: csv)
        let behaviour = Array(try Generator(over: snapshot, days: 270, until: Self.until, seed: 1))
        #expect(!behaviour.contains { $0.type == .personUpdated })
        let people = Set(snapshot.rows.map(\.person))
        #expect(behaviour.compactMap(\.payload.person).allSatisfy(people.contains))

        let rule = HRISRule(source: "/hris/demo", mode: .snapshot(.retract, on: Self.until))
        let present = HRISPerson.ManagerPresence(isKnown: true, isThereAtStart: true, hasLeft: false)
        let organisation = snapshot.people.flatMap { rows in
            rule.outcome(
                of: HRISPerson(
                    person: rows[rows.startIndex].person,
                    rows: rows.map { HRISPerson.PlacedRow(row: $0, manager: present) })
            ).events
        }
        let report = Scoring.report(events: organisation + behaviour, asOf: Self.until, policy: .standard)
        Self.expectVariety(report)
        #expect(report.managers.count == 47)
    }

    private static func expectVariety(_ report: ScoreReport) {
        var counts: [ManagerStatus: Int] = [:]
        for row in report.managers.values { counts[row.status, default: 0] += 1 }
        for status in [ManagerStatus.owning, .mixed, .outsourced] {
            #expect((counts[status] ?? 0) * 8 >= report.managers.count, "\(status): \(counts)")
        }
    }

    @Test func `things fall due on the last day`() throws {
        let events = Array(try generator(people: 300, days: 200))
        func identified(_ daysAgo: Int) -> Bool {
            events.contains { $0.type == .gapIdentified && $0.day == Self.until - daysAgo }
        }
        #expect(identified(11) && identified(15) && identified(90))
        let today = Set(events.filter { $0.day == Self.until }.map(\.type))
        #expect(today.isSuperset(of: [.trainingRequested, .evidenceContested, .coachingHeld]))
    }
}
