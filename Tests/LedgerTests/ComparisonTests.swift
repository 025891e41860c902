import Accountability
import Ledger
import Models
import Testing

/// Two days or two policies, side by side.
@Suite struct ComparisonTests {
    private static let today = Day(number: 20_634)  // 2026-06-30
    private static let other = {
        var policy = Policy.standard
        policy.version = 2
        policy.window = 60
        return policy
    }()

    private static func sides(_ isPolicies: Bool) -> (Comparison.Side, Comparison.Side) {
        isPolicies
            ? (Comparison.Side(day: today, policy: .standard), Comparison.Side(day: today, policy: other))
            : (Comparison.Side(day: today - 30, policy: .standard), Comparison.Side(day: today, policy: .standard))
    }

    @Test(arguments: UInt64(1)...12, [false, true])
    func `it lists exactly the managers whose rows differ, the greatest change first`(seed: UInt64, isPolicies: Bool) {
        let events = RandomOrganization(seed: seed, today: Self.today, events: 260).events
        let (from, to) = Self.sides(isPolicies)
        let comparison = Comparison(events, events, from: from, to: to, details: 3)
        let old = Scoring.report(events: events, asOf: from.day, policy: from.policy).managers
        let new = Scoring.report(events: events, asOf: to.day, policy: to.policy).managers
        let managers = Set(old.keys).union(new.keys)
        #expect(comparison.compared == managers.count)
        #expect(Set(comparison.moves.map(\.manager)) == managers.filter { old[$0] != new[$0] })
        for move in comparison.moves { #expect(move.before == old[move.manager] && move.after == new[move.manager]) }
        let sizes = comparison.moves.map { $0.change?.magnitude ?? -1 }
        #expect(sizes == sizes.sorted(by: >))
        let moved = comparison.moves.filter(\.isStatusChanged)
        #expect(comparison.statusMoves.reduce(0) { $0 + $1.managers } == moved.count)
        #expect(comparison.statusMoves.allSatisfy { $0.from != $0.to })
    }

    @Test(arguments: UInt64(1)...12, [false, true])
    func `of so many moves it says why, and the shares add up to the change`(seed: UInt64, isPolicies: Bool) throws {
        let events = RandomOrganization(seed: seed, today: Self.today, events: 260).events
        let (from, to) = Self.sides(isPolicies)
        let comparison = Comparison(events, events, from: from, to: to, details: 3)
        #expect(Set(comparison.differences.keys) == Set(comparison.moves.prefix(3).map(\.manager)))
        for (manager, difference) in comparison.differences {
            let move = try #require(comparison.moves.first { $0.manager == manager })
            #expect(difference.change == move.change)
            for change in difference.changes {
                for trial in [change.before, change.after] {
                    #expect(trial?.evidence.allSatisfy { comparison.events[$0] != nil } ?? true)
                }
            }
            guard let change = difference.change else { continue }
            let shares = difference.changes.compactMap(\.share).reduce(0, +) + (difference.policyShare ?? 0)
            #expect(abs(shares - change) < 1e-9)
        }
    }

    @Test(arguments: UInt64(1)...6)
    func `one manager is compared alone as among all, whether the row differs or not`(seed: UInt64) throws {
        let events = RandomOrganization(seed: seed, today: Self.today, events: 260).events
        let (from, to) = Self.sides(false)
        let all = Comparison(events, events, from: from, to: to, details: .max)
        for move in all.moves {
            let one = Comparison(events, events, from: from, to: to, manager: move.manager, details: 0)
            #expect(one.compared == 1 && one.moves.count == 1)
            #expect(one.moves.first?.change == move.change)
            let (found, expected) = (one.differences[move.manager], all.differences[move.manager])
            #expect(found?.changes.map(\.share) == expected?.changes.map(\.share))
        }
        let same = try #require(Scoring.report(events: events, asOf: to.day, policy: to.policy).managers.keys.min())
        let unchanged = Comparison(events, events, from: to, to: to, manager: same, details: 0)
        #expect(unchanged.compared == 1 && unchanged.moves.isEmpty)
        #expect(unchanged.differences[same]?.changes.isEmpty == true)
        #expect(
            Comparison(events, events, from: to, to: to, manager: PersonID(unchecked: "nobody"), details: 0).compared
                == 0)
    }

    @Test func `two states of knowledge are compared by what each knew`() {
        var builder = EventBuilder()
        let session = builder.coaching("p", by: "m", on: Self.today - 1)
        let known = [
            builder.person("m", from: Self.today - 100), builder.person("p", from: Self.today - 100, manager: "m"),
            session,
        ]
        let later = known + [builder.retraction(of: session, on: Self.today)]
        let side = Comparison.Side(day: Self.today, policy: .standard)
        let comparison = Comparison(known, later, from: side, to: side, details: 1)
        #expect(comparison.moves.map(\.manager) == [PersonID(unchecked: "m")])
        // The session that no longer counts is named all the same.
        #expect(comparison.events[session.identity] != nil)
    }
}
